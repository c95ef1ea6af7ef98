// Guard pages by mmap and mprotect, and the list that the crash handler looks addresses up in.
#include "check/guarded.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <new>

namespace basso::check {
namespace {

constexpr unsigned char kCanary = 0xC5;

// What the crash handler may read: fixed places, no allocation. A check has few buffers at a time.
struct Entry {
  std::uintptr_t first_page = 0, end_page = 0, begin = 0, end = 0;  // guard pages included; the payload
  char name[64] = "";
};
std::array<Entry, 256> entries;
std::atomic<std::size_t> used{0};

std::size_t page() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

void remember(const Entry& entry) {
  for (std::size_t i = 0; i < used; ++i) {
    if (entries[i].first_page != 0) continue;
    entries[i] = entry;
    return;
  }
  if (used == entries.size()) return;  // then its message is a little poorer
  entries[used] = entry;
  ++used;
}

void forget(std::uintptr_t first_page) {
  for (std::size_t i = 0; i < used; ++i)
    if (entries[i].first_page == first_page) entries[i].first_page = 0;
}

}  // namespace

Guarded::Guarded(std::string name, std::size_t bytes, Edge edge) : name_(std::move(name)), bytes_(bytes) {
  room_ = (bytes / page() + 1) * page();
  void* all = mmap(nullptr, room_ + 2 * page(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) throw std::bad_alloc();
  begin_ = static_cast<unsigned char*>(all) + page();
  if (mprotect(begin_, room_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  std::memset(begin_, kCanary, room_);
  payload_ = edge == Edge::begin ? begin_ : begin_ + (room_ - bytes);
  std::memset(payload_, 0, bytes);
  Entry entry;
  entry.first_page = reinterpret_cast<std::uintptr_t>(all);
  entry.end_page = entry.first_page + room_ + 2 * page();
  entry.begin = reinterpret_cast<std::uintptr_t>(payload_);
  entry.end = entry.begin + bytes;
  std::snprintf(entry.name, sizeof(entry.name), "%s", name_.c_str());
  remember(entry);
}

Guarded::~Guarded() {
  unsigned char* all = begin_ - page();
  forget(reinterpret_cast<std::uintptr_t>(all));
  munmap(all, room_ + 2 * page());
}

void Guarded::fill(unsigned char byte) const { std::memset(payload_, byte, bytes_); }

void Guarded::read_only() const { mprotect(begin_, room_, PROT_READ); }

std::string Guarded::damage() const {
  const auto* payload = static_cast<const unsigned char*>(payload_);
  for (const unsigned char* at = begin_; at < begin_ + room_; ++at) {
    if ((at >= payload && at < payload + bytes_) || *at == kCanary) continue;
    const bool before = at < payload;
    const auto distance = before ? payload - at : at - (payload + bytes_) + 1;
    return "byte " + std::to_string(distance) + (before ? " before " : " behind the end of ") + name_ +
           " was overwritten";
  }
  return "";
}

const char* describe_guarded(const void* address, char* text, std::size_t capacity) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  text[0] = '\0';
  for (std::size_t i = 0; i < used; ++i) {
    const Entry& entry = entries[i];
    if (entry.first_page == 0 || at < entry.first_page || at >= entry.end_page) continue;
    if (at >= entry.end)
      std::snprintf(text, capacity, "byte %zu behind the end of %s", std::size_t{at - entry.end + 1},
                    entry.name);
    else if (at < entry.begin)
      std::snprintf(text, capacity, "byte %zu before %s", std::size_t{entry.begin - at}, entry.name);
    else
      std::snprintf(text, capacity, "%s, which may only be read", entry.name);
    break;
  }
  return text;
}

}  // namespace basso::check
