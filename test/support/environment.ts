import { types } from "node:util";
import { TestEnvironment } from "jest-environment-node";

/**
 * Jest gives each test file an `Error` of its own, so an error of Node's (a refused connection, say) is no
 * `instanceof Error` there. In service it is: this makes it one in tests too.
 */
export default class extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    const { Error: ownError } = this.global as unknown as { Error: ErrorConstructor };
    Object.defineProperty(ownError, Symbol.hasInstance, {
      value(this: unknown, thing: unknown): boolean {
        const isInstance = Function.prototype[Symbol.hasInstance].call(this as () => void, thing);
        return isInstance || (this === ownError && types.isNativeError(thing));
      },
    });
  }
}
