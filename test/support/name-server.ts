import { createSocket, type RemoteInfo } from "node:dgram";

const TYPES = { 1: "A", 28: "AAAA" } as const;

/** A name server on this machine. `answer` gives the addresses of a name, each time that it is asked. */
export interface NameServer {
  address: string;
  /** What was asked: "A name". */
  questions: string[];
  close(): void;
}

/** Starts a name server that gives, at each question, what `answer` says at that moment. */
export async function openNameServer(answer: (name: string, type: "A" | "AAAA") => string[]): Promise<NameServer> {
  const socket = createSocket("udp4");
  const questions: string[] = [];
  socket.on("message", (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = questionOf(query);
    questions.push(`${type} ${name}`);
    const records = answer(name, type).map((address) => recordOf(type, address));
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt16BE(0, 8);
    header.writeUInt16BE(0, 10);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${socket.address().port}`, questions, close: () => socket.close() };
}

function questionOf(query: Buffer): { name: string; type: "A" | "AAAA"; end: number } {
  const labels: string[] = [];
  let at = 12;
  while (query[at]! > 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + query[at]!));
    at += 1 + query[at]!;
  }
  const type = TYPES[query.readUInt16BE(at + 1) as keyof typeof TYPES];
  return { name: labels.join(".").toLowerCase(), type, end: at + 5 };
}

/** The record of an address, valid for no time, of the name in the question. */
function recordOf(type: "A" | "AAAA", address: string): Buffer {
  const data = type === "A" ? Buffer.from(address.split(".").map(Number)) : bytesOf(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type === "A" ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** Of an address of IPv6 that ends with "::" or has at most one of it. */
function bytesOf(address: string): Buffer {
  const [before = "", after = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const missing = 8 - groups(before).length - groups(after).length;
  const all = [...groups(before), ...Array<string>(address.includes("::") ? missing : 0).fill("0"), ...groups(after)];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}
