// Processes that a plugin started in a worker: none is allowed, and none may outlive the check.
#pragma once

namespace basso::check {

// From now on what the worker's processes leave orphaned becomes the worker's own child.
void adopt_descendants();
// Called before the checker starts a process of its own, which it waits for: that one does not count.
void expect_own_child();
// Whether there is or was another child of this process.
bool has_descendants();
// Kills children, and theirs, until there are none.
void end_descendants();

}  // namespace basso::check
