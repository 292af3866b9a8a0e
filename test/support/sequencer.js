const { default: Sequencer } = require("@jest/test-sequencer");

/** Those that start processes or wait for time-outs take longest: begun last, one would go on when all others are done. */
const LONG = /test\/(load|processes|db)\//;

module.exports = class extends Sequencer {
  async sort(tests) {
    const sorted = await super.sort(tests);
    return [true, false].flatMap((isLong) => sorted.filter(({ path }) => LONG.test(path) === isLong));
  }
};
