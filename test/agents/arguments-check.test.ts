import { createArgumentsCheck } from "../../src/agents/arguments-check";

describe("the check of arguments", () => {
  test("compiles a schema once, when it first checks something", () => {
    let reads = 0;
    const schema = {
      type: "object",
      get properties() {
        reads++;
        return { first: { type: "integer" } };
      },
    };
    const check = createArgumentsCheck().getValidator(schema);
    expect(reads).toBe(0);
    expect(check({ first: 1 })).toEqual({ valid: true, data: { first: 1 } });
    const compiled = reads;
    expect(check({ first: 2 })).toEqual({ valid: true, data: { first: 2 } });
    expect(reads).toBe(compiled);
    expect(check({ first: "3" })).toEqual({ valid: false, errorMessage: "first must be integer" });
  });
});
