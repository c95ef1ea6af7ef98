# Compiler settings shared by every target of this repository: warnings, sanitizers.
add_library(basso_options INTERFACE)
target_compile_options(basso_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${BASSO_WERROR}>:-Werror>)
if(BASSO_SANITIZE)
  add_compile_options(-fsanitize=${BASSO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${BASSO_SANITIZE})
  # Instrumented loops do not vectorise, and Clang warns where the SDK asks for it.
  add_compile_options($<$<OR:$<C_COMPILER_ID:Clang>,$<CXX_COMPILER_ID:Clang>>:-Wno-pass-failed>)
endif()
