import { messageOf, sendMessage, useAgents } from "./use-agents";

const CLIENT = { name: "test", version: "1" };
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": CLIENT,
  "io.modelcontextprotocol/clientCapabilities": {},
};

describe("params of messages", () => {
  const { t } = useAgents();
  const answerTo = async (message: object, headers: Record<string, string> = {}) => {
    const received = await sendMessage(t.api, { jsonrpc: "2.0", id: 1, ...message }, headers);
    return { status: received.status, ...messageOf(received) };
  };
  const deep = { experimental: { [`${"x".repeat(5000)}`]: 1 } };

  test.each([
    ["initialize", undefined, "params must be an object."],
    [
      "initialize",
      { protocolVersion: 1, capabilities: {}, clientInfo: CLIENT },
      "params.protocolVersion must be a string.",
    ],
    [
      "initialize",
      { protocolVersion: "x", capabilities: {}, clientInfo: {} },
      "params.clientInfo.name must be a string.",
    ],
    [
      "initialize",
      { protocolVersion: "x", capabilities: deep, clientInfo: CLIENT },
      /^params\.capabilities\..{79}… must be/,
    ],
    ["resources/read", {}, "params.uri must be a string."],
    ["resources/read", undefined, "params must be an object."],
    ["tools/call", undefined, "params must be an object."],
    ["tools/call", [], "params must be an object."],
    ["tools/call", { name: 5 }, "params.name must be a string."],
    ["tools/call", { name: "find", arguments: [] }, "params.arguments must be an object."],
    ["tools/call", { name: "find", arguments: null }, "params.arguments must be an object."],
    ["tools/list", { cursor: 5 }, "params.cursor must be a string."],
    ["tools/list", { _meta: { progressToken: {} } }, "params._meta.progressToken is not what the protocol has there."],
    ["resources/list", "text", "params must be an object."],
    ["resources/templates/list", { cursor: [] }, "params.cursor must be a string."],
    ["ping", 1, "params must be an object."],
  ])("of %s are refused with one sentence (%#)", async (method, params, sentence) => {
    const message = typeof sentence === "string" ? sentence : expect.stringMatching(sentence);
    expect(await answerTo({ method, params })).toEqual({
      status: 200,
      jsonrpc: "2.0",
      id: 1,
      error: { code: -32602, message, data: { code: "BAD_USER_INPUT" } },
    });
  });

  test.each([
    ["tools/call", { _meta: META }, "params.name must be a string."],
    ["resources/read", { _meta: META }, "params.uri must be a string."],
  ])("of %s are told of in the same words to clients of 2026", async (method, params, message) => {
    const headers = { "mcp-protocol-version": "2026-07-28", "mcp-method": method, "mcp-name": "" };
    expect(await answerTo({ method, params }, headers)).toMatchObject({ id: 1, error: { code: -32602, message } });
  });

  test("that are right, or beside the point, are no mistake", async () => {
    const initialize = { protocolVersion: "2025-06-18", capabilities: { roots: {} }, clientInfo: CLIENT, more: 1 };
    const right = [
      { method: "initialize", params: initialize },
      { method: "ping" },
      { method: "tools/list", params: { cursor: "any", _meta: { progressToken: 1 } } },
      { method: "tools/call", params: { name: "find" } },
      { method: "resources/templates/list" },
    ];
    for (const message of right) expect(await answerTo(message)).toMatchObject({ id: 1, result: {} });
  });

  test("of a notification are not answered", async () => {
    const { status, body } = await sendMessage(t.api, { jsonrpc: "2.0", method: "tools/call", params: { name: 5 } });
    expect([status, body]).toEqual([202, ""]);
  });
});
