// Ends a run with the one line that continuous integration reads. A tool that failed before the tests counts as a failure.
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const tools = Number(process.env.WEIR_FAILED_TOOLS ?? 0);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + tools;
    process.stdout.write(`\n${String(results.numPassedTests)} passed, ${String(failed)} failed\n`);
  }
}
