const { createRequire } = require("node:module");
const path = require("node:path");
const { default: JestRuntime } = require("jest-runtime");
const { compiledOf } = require("./compiled");

const root = path.join(__dirname, "../..");
const packages = `${path.sep}node_modules${path.sep}`;
const shared = [packages, ...["src", "migrations"].map((folder) => path.join(root, folder, path.sep))];

/**
 * In place of the storage by which Jest knows the test that something belongs to: the tests of a file run one after the other,
 * so it is the one that runs. With a real one, every promise of all code takes twice as long.
 */
let context;
const asyncHooks = {
  AsyncLocalStorage: class {
    getStore() {
      return context;
    }

    run(next, callback) {
      const before = context;
      context = next;
      return callback().finally(() => {
        context = before;
      });
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
    const mayBeShared =
      name !== undefined && (options?.isInternalModule ? !name.startsWith(".") : !from.includes(packages));
    const file = mayBeShared && find(path.dirname(from), name);
    return file ? require(file) : super.requireModule(from, name, options, isActual);
  }

  /** For stack traces: also those of shared files. */
  getSourceMaps() {
    const own = super.getSourceMaps();
    const isCompiled = (file) => file.endsWith(".ts") && isShared(file) && !file.includes(packages);
    return {
      get: (file) => own.get(file) ?? (isCompiled(file) ? `${compiledOf(file)}.map` : undefined),
      [Symbol.iterator]: () => own[Symbol.iterator](),
    };
  }
};

function isShared(file) {
  return shared.some((each) => file.includes(each));
}

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
    return isShared(file) ? file : null;
  } catch {
    return null;
  }
}
