const { createRequire } = require("node:module");
const path = require("node:path");
const { default: JestRuntime } = require("jest-runtime");
require("tsx/cjs");

const root = path.join(__dirname, "../..");
const packages = `${path.sep}node_modules${path.sep}`;
const shared = [packages, ...["src", "migrations"].map((folder) => path.join(root, folder, path.sep))];

/**
 * Loads the project's code and its packages once for all test files of a worker, as Node.js does: loading them anew takes a
 * second for each of the files. Only tests and their support are loaded for each file, so `jest.mock` replaces only what
 * these load.
 */
module.exports = class extends JestRuntime {
  requireModule(from, name, options, isActual) {
    const isOurs = name !== undefined && !options?.isInternalModule && !from.includes(packages);
    const file = isOurs && find(from, name);
    return file ? createRequire(from)(file) : super.requireModule(from, name, options, isActual);
  }
};

/** The file of a shared module; null for others. */
function find(from, name) {
  try {
    const file = createRequire(from).resolve(name);
    return shared.some((folder) => file.includes(folder)) ? file : null;
  } catch {
    return null;
  }
}
