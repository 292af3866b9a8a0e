import { type Sharing, type Turn, Turns } from "../../src/async/turns";

const turn = (key: string, over: Partial<Turn> = {}): Turn => ({ key, until: Infinity, ...over });

describe("turns", () => {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  beforeEach(() => {
    begun.length = 0;
    ends.clear();
  });

  const open = (sharing: Partial<Sharing>) =>
    new Turns({
      all: 2,
      each: 1,
      waiting: 10,
      refuse: (reason, isAtShare) => new Error(`${reason}${isAtShare ? ", at its share" : ""}`),
      ...sharing,
    });
  /** Asks for a turn under a name that begins with the caller's. */
  const ask = (turns: Turns, name: string, size = 1, over: Partial<Turn> = {}) =>
    turns.take(turn(name[0]!, over), size).then((end) => {
      begun.push(name);
      ends.set(name, end);
    });
  const settle = () => new Promise(setImmediate);
  const end = async (name: string) => {
    ends.get(name)!();
    await settle();
  };

  test("are given to a caller up to a share, and to others beside", async () => {
    const turns = open({ all: 4, each: 2 });
    for (const name of ["a1", "a2", "a3", "a4", "b1"]) void ask(turns, name);
    await settle();
    expect(begun).toEqual(["a1", "a2", "b1"]);
    await end("a1");
    expect(begun).toEqual(["a1", "a2", "b1", "a3"]);
    await end("b1");
    expect(begun).toHaveLength(4);
  });

  test("go round among the callers, whoever has asked for how many", async () => {
    const turns = open({ all: 1, each: 1 });
    for (const name of ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]) void ask(turns, name);
    await settle();
    for (let i = 0; i < 7; i++) await end(begun.at(-1)!);
    expect(begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
  });

  test("are held by size; what is larger than a share is alone", async () => {
    const turns = open({ all: Infinity, each: 10 });
    for (const [name, size] of [
      ["a1", 25],
      ["a2", 4],
      ["a3", 6],
      ["a4", 1],
      ["b1", 10],
    ] as const) {
      void ask(turns, name, size);
    }
    await settle();
    expect(begun).toEqual(["a1", "b1"]);
    await end("a1");
    expect(begun).toEqual(["a1", "b1", "a2", "a3"]);
    await end("a2");
    expect(begun.at(-1)).toBe("a4");
  });

  test("are wider for who is alone, until another asks", async () => {
    const turns = open({ all: Infinity, each: 1, eachAlone: 3 });
    for (const name of ["a1", "a2", "a3", "a4"]) void ask(turns, name);
    await settle();
    expect(begun).toEqual(["a1", "a2", "a3"]);
    await ask(turns, "b1");
    await end("b1");
    for (const name of ["a1", "a2"]) await end(name);
    expect(turns.isAlone("a")).toBe(false);
    expect(begun).not.toContain("a4");
    await end("a3");
    expect(begun.at(-1)).toBe("a4");
  });

  test("are refused to a caller of whom too many wait, and given to another", async () => {
    const turns = open({ all: 5, each: 1, waiting: 2 });
    for (const name of ["a1", "a2", "a3"]) void ask(turns, name);
    await expect(ask(turns, "a4")).rejects.toThrow("too many wait, at its share");
    await ask(turns, "b1");
    await end("a1");
    void ask(turns, "a5");
    await settle();
    expect(begun).toEqual(["a1", "b1", "a2"]);
    await end("a2");
    await end("a3");
    expect(begun.at(-1)).toBe("a5");
  });

  test("are not waited for longer than it makes sense, and it is told whose fault that is", async () => {
    const turns = open({ all: 1, each: 1 });
    await ask(turns, "a1");
    const until = performance.now() + 5;
    await Promise.all([
      expect(ask(turns, "a2", 1, { until })).rejects.toThrow("waited too long, at its share"),
      expect(ask(turns, "b1", 1, { until })).rejects.toThrow(/^waited too long$/),
    ]);
    void ask(turns, "a3");
    await end("a1");
    expect(begun).toEqual(["a1", "a3"]);
  });

  test("are left to others by who has gone, who is heard of no more once it is their turn", async () => {
    const turns = open({ all: 1, each: 1, waiting: 1 });
    const listeners = new Set<() => void>();
    const onGone = (callback: () => void) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    };
    await ask(turns, "a1");
    const gone = expect(ask(turns, "a2", 1, { onGone })).rejects.toThrow("gone");
    for (const callback of listeners) callback();
    await gone;
    void ask(turns, "a3", 1, { onGone });
    expect(listeners.size).toBe(1);
    await end("a1");
    expect(begun).toEqual(["a1", "a3"]);
    expect(listeners.size).toBe(0);
  });

  test("are given back once, however often it is said", async () => {
    const turns = open({ all: 1, each: 1 });
    for (const name of ["a1", "b1", "c1"]) void ask(turns, name);
    await settle();
    await end("a1");
    await end("a1");
    expect(begun).toEqual(["a1", "b1"]);
  });

  test("leave nothing behind of callers who are done", async () => {
    const turns = open({ all: 1, each: 1 });
    for (const name of ["a1", "b1", "b2", "c1"]) void ask(turns, name);
    await settle();
    for (let i = 0; i < 4; i++) await end(begun.at(-1)!);
    expect(turns).toMatchObject({ queues: new Map(), waiting: new Set(), held: 0 });
  });
});
