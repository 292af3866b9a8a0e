import { isUtf8 } from "node:buffer";
import { ExpectedError } from "../../config/expected-error";

/** What is wrong with a text in another encoding, and what would be right, to follow its name; ends without a period. */
export const NOT_UTF8 = "not encoded in UTF-8: save it in that encoding";

/** The text of a whole file; an ExpectedError names a file of another encoding, of which some letters could not be read. */
export function textOfFile(bytes: Buffer, name: string): string {
  if (!isUtf8(bytes)) throw new ExpectedError(`${name} is ${NOT_UTF8}.`);
  return bytes.toString("utf8");
}
