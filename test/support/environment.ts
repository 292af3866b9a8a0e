import vm from "node:vm";
import { ModernFakeTimers } from "@jest/fake-timers";
import { TestEnvironment } from "jest-environment-node";
import { ModuleMocker } from "jest-mock";

/** Frames in a stack trace, as in service. */
const FRAMES = 10;

const { exit, env } = process;
const { console } = globalThis;

// Jest would compile each file for a realm of its own.
const { compileFunction } = vm;
vm.compileFunction = (source, parameters, { parsingContext: _, ...options } = {}) =>
  compileFunction(source, parameters, options);

/**
 * All test files of a worker run in its one realm, as code does in service: an `Error` of Node's is an `Error`, and packages
 * are shared (see runtime.js). Each file finds the settings and the console as they were at first.
 */
export default class extends TestEnvironment {
  constructor(...[config, context]: ConstructorParameters<typeof TestEnvironment>) {
    super(config, context);
    this.global = globalThis as never;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: config.projectConfig, global: globalThis });
    process.env = { ...env };
  }

  override async setup(): Promise<void> {
    await super.setup();
    // Jest has just set a hundred, by which each error and each expectation takes several times as long.
    Error.stackTraceLimit = FRAMES;
  }

  override async teardown(): Promise<void> {
    await super.teardown();
    // Jest wraps it anew for each file.
    process.exit = exit;
    globalThis.console = console;
  }
}
