/** Some fields of an object in the form in which they are sent, e.g. as JSON without the braces around them. */
export class EncodedPart {
  constructor(readonly bytes: Buffer) {}
}

/** The key under which an object has those of its parts that were encoded, by form and selection of their fields. */
export const ENCODED_PARTS = Symbol("encoded parts");

/** Parts that are right as long as the object that has them. */
export interface EncodedParts {
  get(selection: string): EncodedPart | undefined;
  set(selection: string, part: EncodedPart): void;
}

/** A form of parts. */
export interface PartEncoding {
  /** Tells its parts from those of other forms. */
  form: string;
  /** Encodes the data of a selection. */
  // biome-ignore lint/suspicious/noExplicitAny: the data has the shape of the selection
  encode(data: any): EncodedPart;
}

/** A text in UTF-8, in memory of its own: a part of what Node.js shares among buffers would keep all of it. */
export function encodeApart(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
