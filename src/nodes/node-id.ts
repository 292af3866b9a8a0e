/** Types with a global id. Access tokens and deliveries have one too, but cannot be looked up by `node`. */
const NODE_TYPES = [
  "Paper",
  "Author",
  "Organization",
  "Topic",
  "User",
  "Feed",
  "AccessToken",
  "Webhook",
  "WebhookDelivery",
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** An opaque global id of type and key. Stable for the life of the object. */
export function encodeNodeId(type: NodeType, key: number | string): string {
  return Buffer.from(`${type}:${key}`).toString("base64url");
}

/** The type and key of an id that `encodeNodeId` made; null for any other text. */
export function decodeNodeId(id: string): { type: NodeType; key: string } | null {
  const text = Buffer.from(id, "base64url").toString("utf8");
  const [name, ...rest] = text.split(":");
  const type = NODE_TYPES.find((each) => each === name);
  const key = rest.join(":");
  if (!type || encodeNodeId(type, key) !== id) return null;
  return { type, key };
}

const MAX_KEY = 2 ** 31 - 1;

/** The numeric key of an id of the given type; null for any other text. */
export function decodeNodeKey(type: NodeType, id: string): number | null {
  const decoded = decodeNodeId(id);
  if (decoded?.type !== type || !/^[1-9]\d{0,9}$/.test(decoded.key)) return null;
  const key = Number(decoded.key);
  return key <= MAX_KEY ? key : null;
}
