import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** What the server does with a mail; each may also be slow. */
export type Manner =
  | "accept"
  /** Accepts, and the connection is lost before it can say so. */
  | "accept and drop"
  | "put off at RCPT"
  | "put off at DATA"
  | "refuse at RCPT"
  | "refuse us at RCPT"
  | "refuse at DATA"
  | "drop at RCPT"
  | "drop at DATA"
  | "hang at RCPT"
  | "hang at DATA";

interface ReceivedMail {
  to: string;
  raw: string;
  /** Whether the mail is now the server's to deliver. */
  isAccepted: boolean;
}

export interface TestSmtp {
  url: string;
  /** Every mail that came whole, accepted or not. */
  received: ReceivedMail[];
  /** Who was accepted, as often as that happened. */
  accepted(): string[];
  manner: (to: string) => Manner;
  greeting: "greet" | "refuse" | "hang";
  delayMs: number;
  close(): Promise<void>;
}

const RCPT_ANSWERS: Partial<Record<Manner, [code: number, text: string]>> = {
  "put off at RCPT": [450, "4.2.1 Try later"],
  "refuse at RCPT": [550, "5.1.1 No such user"],
  "refuse us at RCPT": [554, "5.7.1 Relay access denied"],
};
const DATA_ANSWERS: Partial<Record<Manner, [code: number, text: string]>> = {
  "put off at DATA": [451, "4.3.0 Try later"],
  "refuse at DATA": [554, "5.6.0 Not this"],
};

/** A real mail server of the test's own, on a free port. */
export async function createTestSmtp(): Promise<TestSmtp> {
  const sockets = new Map<number, Socket>();
  const drop = (session: SMTPServerSession) => sockets.get(session.remotePort)?.destroy();
  const failure = ([responseCode, text]: [number, string], to: string) =>
    Object.assign(new Error(`${text}: ${to}`), { responseCode });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onConnect(_session, done) {
      if (smtp.greeting === "refuse") done(failure([421, "4.3.2 Not now"], ""));
      else if (smtp.greeting === "greet") done();
    },
    onRcptTo({ address }, session, done) {
      const manner = smtp.manner(address);
      const answer = RCPT_ANSWERS[manner];
      if (manner === "drop at RCPT") drop(session);
      else if (manner !== "hang at RCPT") done(answer ? failure(answer, address) : null);
    },
    async onData(stream, session, done) {
      // A sender that is killed in the middle of a mail has not sent it.
      const bytes = await buffer(stream).catch(() => null);
      if (!bytes) return;
      const to = session.envelope.rcptTo[0]!.address;
      const manner = smtp.manner(to);
      const answer = DATA_ANSWERS[manner];
      const isAccepted = manner.startsWith("accept");
      smtp.received.push({ to, raw: bytes.toString("latin1"), isAccepted });
      if (smtp.delayMs > 0) await sleep(smtp.delayMs);
      if (manner.includes("drop")) drop(session);
      else if (manner !== "hang at DATA") done(answer ? failure(answer, to) : null);
    },
  });
  server.on("error", () => {});
  server.server.on("connection", (socket: Socket) => {
    sockets.set(socket.remotePort!, socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as { port: number };
  const smtp: TestSmtp = {
    url: `smtp://127.0.0.1:${port}`,
    received: [],
    accepted: () => smtp.received.filter(({ isAccepted }) => isAccepted).map(({ to }) => to),
    manner: () => "accept",
    greeting: "greet",
    delayMs: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
  return smtp;
}
