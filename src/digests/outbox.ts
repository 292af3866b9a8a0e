import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { OutgoingMail } from "./mail.bytes";
import type { Outcome } from "./outcome";

/** Takes mails as .eml files, by time and delivery, which only this user can read; a file is there whole or not at all. */
export function createOutbox(folder: string) {
  return {
    async deliver({ date, deliveryId }: OutgoingMail, bytes: Buffer): Promise<Outcome> {
      const file = path.join(folder, `${date.toISOString().replaceAll(":", "-")}-${deliveryId}.eml`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${file}.new`, bytes, { mode: 0o600 });
      await rename(`${file}.new`, file);
      return { kind: "ACCEPTED" };
    },
    close: () => {},
  };
}
