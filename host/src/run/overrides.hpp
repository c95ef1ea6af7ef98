// What changes an experiment's tree before it is read: profiles, sweep points and --set, merged in this
// order of precedence. Positions stay with the values.
#pragma once

#include <string>
#include <vector>

#include "run/toml_reader.hpp"

namespace basso {

// One list of [sweep].
struct SweepList {
  std::string key;                 // dotted
  std::vector<std::string> parts;  // of the key
  Node values;                     // a list, not empty
};

// A parsed --set.
struct SetKey {
  std::vector<std::string> parts;
  Node value;
};

// Writes short forms out as tables (activation = "relu" becomes { plugin = "relu" }; likewise init and
// optimizer) and dotted keys of [sweep] as nested tables, in the file and in each of its profiles.
void write_out_short_forms(Node& root);

std::vector<std::string> profile_names(const Node& root);
// Throws for a profile that there is not, and for what a profile may not change.
void apply_profile(Node& root, const std::string& name);

// "target.plugin", parts quoted where they must be.
std::string dotted_key(const std::vector<std::string>& parts);

SetKey parse_set(const std::string& argument);
void apply_set(Node& root, const SetKey& set);

// The lists of [sweep] in the order of the file, without those that `sets` fix; what `sets` change within a
// value is changed in it. *zip as given there.
std::vector<SweepList> sweep_lists(const Node& root, const std::vector<SetKey>& sets, bool* zip);
// Puts entry index[i] of list i into the tree.
void apply_point(Node& root, const std::vector<SweepList>& lists, const std::vector<std::size_t>& index);

}  // namespace basso
