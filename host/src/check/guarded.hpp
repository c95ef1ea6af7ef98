// Memory between two guard pages: a plugin that steps over an edge dies at once, and the message says over
// which edge of which array. What lies between the payload and the page further away is watched, too.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace basso::check {

enum class Edge { end, begin };  // which edge of the payload touches its guard page

class Guarded {
 public:
  // `name` is for messages: "y". With Edge::end the payload ends at the page exactly; its begin is then
  // aligned only as `bytes` allows.
  Guarded(std::string name, std::size_t bytes, Edge edge = Edge::end);
  ~Guarded();
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  void* data() const { return payload_; }
  std::size_t bytes() const { return bytes_; }
  template <class T>
  std::span<T> as() const {
    return {static_cast<T*>(payload_), bytes_ / sizeof(T)};
  }
  void fill(unsigned char byte) const;  // all of the payload
  void read_only() const;               // from now on a write anywhere is a crash
  // "" while nothing outside the payload has been written, else "byte 3 before y was overwritten".
  std::string damage() const;

 private:
  std::string name_;
  std::size_t bytes_;
  unsigned char* begin_ = nullptr;  // of the readable pages
  std::size_t room_ = 0;            // their bytes
  void* payload_ = nullptr;
};

// "one byte behind the end of y" where the address belongs to a guard page or a read-only array; "" else. For
// signal handlers: allocates nothing; the text lies in `text`.
const char* describe_guarded(const void* address, char* text, std::size_t capacity);

}  // namespace basso::check
