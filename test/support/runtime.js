const { AsyncLocalStorage } = require("node:async_hooks");
const { createRequire } = require("node:module");
const path = require("node:path");
const { default: JestRuntime } = require("jest-runtime");
require("tsx/cjs");

const root = path.join(__dirname, "../..");
const packages = `${path.sep}node_modules${path.sep}`;
const shared = [packages, ...["src", "migrations"].map((folder) => path.join(root, folder, path.sep))];

/** Jest makes a storage for each test file, and every promise of all later files would carry it: it gets one for all. */
const storage = new AsyncLocalStorage();
const asyncHooks = {
  AsyncLocalStorage: class {
    constructor() {
      // biome-ignore lint/correctness/noConstructorReturn: that is how one is given for all
      return storage;
    }
  },
};

/**
 * Loads the project's code and its packages once for all test files of a worker, as Node.js does, and the packages that Jest
 * itself uses in a test file, such as expect: loading them anew takes a second for each of the files. Only tests and their
 * support, and what runs them, are loaded for each file, so `jest.mock` replaces only what these load.
 */
module.exports = class extends JestRuntime {
  requireModule(from, name, options, isActual) {
    if (options?.isInternalModule && name === "node:async_hooks") return asyncHooks;
    const isShared =
      name !== undefined && (options?.isInternalModule ? !name.startsWith(".") : !from.includes(packages));
    const file = isShared && find(path.dirname(from), name);
    return file ? require(file) : super.requireModule(from, name, options, isActual);
  }
};

/** The files that were found, by the folder from which and the name by which they are asked for. */
const found = new Map();

/** The file of a shared module; null for others. */
function find(folder, name) {
  const asked = `${folder}\0${name}`;
  if (!found.has(asked)) found.set(asked, resolve(folder, name));
  return found.get(asked);
}

function resolve(folder, name) {
  try {
    const file = createRequire(path.join(folder, "/")).resolve(name);
    return shared.some((each) => file.includes(each)) ? file : null;
  } catch {
    return null;
  }
}
