// For webpack: the task library reads a task's messages with a computed `require`, which a bundle replaces by nothing
// (hub-and-tasks.md 5.2, trap 1). Here it gets the real one back; a library that is written otherwise stops the build.
const computed = 'require(resourceFile)';

module.exports = function leaveRequire(source) {
  if (!source.includes(computed)) throw new Error(`azure-pipelines-task-lib/internal.js has no ${computed} any more.`);
  return source.replace(computed, '__non_webpack_require__(resourceFile)');
};
