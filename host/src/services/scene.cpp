// basso_scene, filled from a SceneSpec and a Target.
#include "services/scene.hpp"

namespace basso::services {

Scene::Scene(const SceneSpec& spec, const Target& target) : spec_(spec) {
  add_hidden();
  add_blocks();
  scene_.size = sizeof(scene_);
  scene_.set_count = static_cast<std::uint32_t>(target.abi_sets().size());
  scene_.sets = target.abi_sets().data();
  scene_.hidden_count = static_cast<std::uint32_t>(hidden_pointers_.size());
  scene_.block_count = static_cast<std::uint32_t>(block_pointers_.size());
  scene_.hidden = hidden_pointers_.data();
  scene_.blocks = block_pointers_.data();
  scene_.parameter_count = spec_.layout.size();
  scene_.loss = spec_.loss.c_str();
  scene_.precision = spec_.precision.c_str();
  scene_.steps = spec_.steps;
  scene_.batch = spec_.batch;
  scene_.recordings = spec_.recorded_steps.size();
  scene_.recorded_steps = spec_.recorded_steps.data();
  scene_.target = texts_.emplace_back(target.id()).c_str();
}

void Scene::add_hidden() {
  for (const SceneSpec::Hidden& layer : spec_.hidden) {
    facts_.push_back(facts_of(layer.activation, layer.numbers));
    basso_hidden hidden{};
    hidden.size = sizeof(hidden);
    hidden.width = layer.width;
    hidden.activation = layer.activation.table().id;
    hidden.numbers = layer.numbers.data();
    hidden.facts = &facts_.back().facts;
    hidden.functions = static_cast<const basso_activation_v1*>(layer.activation.table().functions);
    hidden.component = &layer.activation.table();
    hidden_.push_back(hidden);
    hidden_pointers_.push_back(&hidden_.back());
  }
}

void Scene::add_blocks() {
  using Kind = nn::ParameterLayout::Kind;
  for (const nn::ParameterLayout::Block& from : spec_.layout.blocks()) {
    basso_block block{};
    block.size = sizeof(block);
    block.layer = static_cast<std::uint32_t>(from.layer);
    block.name = from.name.c_str();
    block.role = from.kind == Kind::weight ? "weight" : from.kind == Kind::bias ? "bias" : "trainable";
    block.offset = from.offset;
    block.rows = static_cast<std::uint64_t>(from.rows);
    block.columns = static_cast<std::uint64_t>(from.cols);
    blocks_.push_back(block);
    block_pointers_.push_back(&blocks_.back());
  }
}

}  // namespace basso::services
