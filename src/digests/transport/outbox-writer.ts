import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { OutgoingMail } from "./mime";
import type { Outcome } from "./smtp-outcome";

/** Writes mails as .eml files, named by time and delivery, which only this user can read. Each file is written atomically. */
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
