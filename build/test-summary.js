// Sums up test results: why tests were skipped, the slowest, what failed, and one line at the end.
const { readFileSync } = require("fs");
const results = process.argv.slice(2).map(file => JSON.parse(readFileSync(file)).results);
const tests = results.flatMap(({ tests }) => tests);
const reasons = new Map();
for (const { extra, message } of tests.filter(test => test.status === "skipped")) {
  const reason = extra?.reason ?? message ?? "no reason given";
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}
for (const [reason, count] of reasons) console.log(`${count} skipped: ${reason}`);
// The slowest tests: where a suite that grows can be made quicker.
for (const { name, duration } of [...tests].sort((a, b) => b.duration - a.duration).slice(0, 10))
  console.log(`${(duration / 1000).toFixed(1).padStart(6)} s  ${name.slice(0, 130)}`);
const seconds = results.reduce((sum, { summary }) => sum + (summary.stop - summary.start) / 1000, 0);
console.log(`${(seconds / 60).toFixed(1)} minutes`);
// What failed, once more, where the last lines of a log are all that is kept of it.
for (const { name, message } of tests.filter(test => test.status === "failed"))
  console.log(`failed: ${name}\n${(message ?? "no message").split("\n").slice(0, 6).map(line => `  ${line.slice(0, 300)}`).join("\n")}`);
const sum = what => results.reduce((sum, { summary }) => sum + summary[what], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
