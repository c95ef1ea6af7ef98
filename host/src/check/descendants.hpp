// Processes that a plugin started in a worker: none is allowed, and none may outlive the check.
#pragma once

namespace basso::check {

// From now on what the worker's processes leave orphaned becomes the worker's own child.
void adopt_descendants();
// Whether there is or was a child of this process.
bool has_descendants();
// Kills children, and theirs, until there are none.
void end_descendants();

}  // namespace basso::check
