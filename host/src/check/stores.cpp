// The second half is made read-only. The fault of the first write to it opens that half, fills the
// neighbourhood with a pattern, and has the processor trap after one instruction (the trap flag of x86-64);
// the trap looks how much of the pattern is gone and puts the rest back.
#include "check/stores.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(BASSO_SANITIZED)
#define BASSO_WATCHES_STORES 1
#include <ucontext.h>

#include <csignal>
#endif

namespace basso::check {

Tripwire::Tripwire() {
  void* memory = mmap(nullptr, 2 * half, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  begin_ = static_cast<unsigned char*>(memory);
}

Tripwire::~Tripwire() { munmap(begin_, 2 * half); }

#if defined(BASSO_WATCHES_STORES)
namespace {

constexpr std::size_t kWidest = 64;  // bytes of the largest register
constexpr unsigned char kPattern = 0xA5;
constexpr greg_t kTrapFlag = 0x100;

// What the handlers work on: they have no other way to be told.
struct Watch {
  unsigned char* middle = nullptr;
  struct sigaction fault_before {};
  unsigned char* window = nullptr;  // around the address of the fault
  unsigned char kept[3 * kWidest];  // what stood there
  std::size_t written = 0;
} watch;

// rep movs and rep stos: memory is copied or filled by as many bytes as the processor likes.
bool is_string_instruction(const unsigned char* code) {
  if (code[0] != 0xF3 && code[0] != 0xF2) return false;
  const unsigned char operation = (code[1] & 0xF0) == 0x40 ? code[2] : code[1];
  return operation == 0xA4 || operation == 0xA5 || operation == 0xAA || operation == 0xAB;
}

void at_fault(int, siginfo_t* info, void* context) {
  auto* const address = static_cast<unsigned char*>(info->si_addr);
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  if (address < watch.middle || address >= watch.middle + Tripwire::half || watch.window) {
    sigaction(SIGSEGV, &watch.fault_before, nullptr);  // not ours: it happens again, and is reported
    return;
  }
  mprotect(watch.middle, Tripwire::half, PROT_READ | PROT_WRITE);
  watch.window = std::min(address - kWidest, watch.middle + Tripwire::half - sizeof(watch.kept));
  if (is_string_instruction(reinterpret_cast<const unsigned char*>(registers[REG_RIP]))) {
    watch.written = kWidest;
    return;
  }
  std::memcpy(watch.kept, watch.window, sizeof(watch.kept));
  std::memset(watch.window, kPattern, sizeof(watch.kept));
  registers[REG_EFL] |= kTrapFlag;
}

void after_one_instruction(int, siginfo_t*, void* context) {
  static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] &= ~kTrapFlag;
  const auto changed = [](unsigned char byte) { return byte != kPattern; };
  unsigned char* const end = watch.window + sizeof(watch.kept);
  unsigned char* first = std::find_if(watch.window, end, changed);
  unsigned char* last = end;
  while (last > first && !changed(last[-1])) --last;
  watch.written = static_cast<std::size_t>(last - first);
  std::memcpy(watch.window, watch.kept, static_cast<std::size_t>(first - watch.window));
  std::memcpy(last, watch.kept + (last - watch.window), static_cast<std::size_t>(end - last));
}

// Another handler for a signal while this lives.
class Handler {
 public:
  Handler(int signal, void (*handler)(int, siginfo_t*, void*)) : signal_(signal) {
    struct sigaction action {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, &before);
  }
  ~Handler() { sigaction(signal_, &before, nullptr); }
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  struct sigaction before {};

 private:
  int signal_;
};

}  // namespace

std::size_t Tripwire::written_at_once(const std::function<void()>& call) const {
  const Handler fault(SIGSEGV, at_fault), trap(SIGTRAP, after_one_instruction);
  watch = {};
  watch.middle = middle();
  watch.fault_before = fault.before;
  mprotect(middle(), half, PROT_READ);
  call();
  mprotect(middle(), half, PROT_READ | PROT_WRITE);
  return watch.written;
}

#else

std::size_t Tripwire::written_at_once(const std::function<void()>& call) const {
  call();
  return 0;
}

#endif

}  // namespace basso::check
