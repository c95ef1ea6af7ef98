// What a plugin library states before any of its code runs: ELF notes, and the texts of its parameter table.
#include <basso/abi.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <string>
#include <system_error>
#include <vector>

#include "fuzz/targets.hpp"
#include "plugin/elf_note.hpp"
#include "plugin/parameters.hpp"

namespace basso::fuzz {

namespace {

// A number where the text is one.
plugin::Plain plain(const std::string& text) {
  double number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return text;
  if (number == std::floor(number) && std::abs(number) < 0x1p53) return static_cast<std::int64_t>(number);
  return number;
}

}  // namespace

void elf_note(Bytes input) {
  const plugin::Notes notes = plugin::read_notes(input);
  require(notes.problem.empty() != notes.notes.empty(), "there are notes, or a reason why there are none");
  for (const plugin::Note& note : notes.notes)
    require(!note.kind.empty() && !note.id.empty(), "a note names kind and id");
}

// Lines of fields between tabs: name, type, default, range, unit, documentation, role. A line with fewer
// fields gives a value, as a user would: key, text.
void parameters(Bytes input) {
  std::vector<std::array<std::string, 7>> rows;
  std::map<std::string, plugin::Given> given;
  const std::string text = text_of(input);
  for (std::size_t begin = 0; begin < text.size() && rows.size() < 32;) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::array<std::string, 7> row;
    std::size_t fields = 0;
    for (std::size_t at = begin; at <= end && fields < row.size(); ++fields) {
      const std::size_t stop = std::min(text.find('\t', at), end);
      row[fields] = text.substr(at, stop - at).c_str();  // as C sees it
      at = stop + 1;
    }
    if (fields > 2) {
      rows.push_back(row);
    } else {
      given[row[0]] = {plain(row[1]), "f.toml:1:1"};
    }
    begin = end + 1;
  }
  std::vector<basso_parameter> table;
  for (const auto& row : rows) {
    table.push_back(BASSO_PARAMETER_WITH_ROLE(row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                                              row[4].c_str(), row[5].c_str(), row[6].c_str()));
  }
  basso_component component{};
  component.size = sizeof(component);
  component.kind = "probe/1";
  component.id = "fuzzed";
  component.parameters = table.data();
  component.parameter_count = static_cast<std::uint32_t>(table.size());
  component.parameter_stride = sizeof(basso_parameter);
  const bool sound = accepts([&] {
    require(plugin::parameter_specs(component).size() == table.size(),
            "each parameter of the table is known");
  });
  if (!sound) return;
  accepts([&] {
    const plugin::ParameterValues defaults(component, {}, "/");
    require(defaults.toml().size() == table.size(), "each parameter has a default");
    const plugin::ParameterValues values(component, given, "/");
  });
}

}  // namespace basso::fuzz
