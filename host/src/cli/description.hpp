// What a plugin says about itself, for `plugin info --json` and `plugin list`.
#pragma once

#include <nlohmann/json.hpp>

#include "basso/catalogue.hpp"

namespace basso::cli {

// kind, id, version, summary, source, library, library_hash, services, optional_tables, parameters, facts.
nlohmann::ordered_json description(const Component& component);

}  // namespace basso::cli
