/** Fields of an object as encoded JSON, without the braces around them. */
export class EncodedPart {
  constructor(readonly bytes: Buffer) {}
}

/** The key under which an object has those of its parts that were encoded, by the selection of their fields. */
export const ENCODED_PARTS = Symbol("encoded parts");

/** Parts that are right as long as the object that has them. */
export interface EncodedParts {
  get(selection: string): EncodedPart | undefined;
  set(selection: string, part: EncodedPart): void;
}
