// The texts under sdk/templates/, compiled into the program: so it needs no search for them, and they always
// fit the SDK that it was built with.
#pragma once

#include <string_view>

namespace basso::cli {

// `path` below sdk/templates/; a path that CMakeLists.txt does not list is an error of this program.
std::string_view template_text(std::string_view path);

}  // namespace basso::cli
