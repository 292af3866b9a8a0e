/** Fields of an object as encoded JSON, without the braces around them. JSON.stringify leaves a gap for them. */
export class EncodedPart {
  /** The parts that JSON.stringify has left gaps for, in the order of their gaps. */
  private static left: EncodedPart[] = [];

  constructor(readonly bytes: Buffer) {}

  toJSON(): number {
    EncodedPart.left.push(this);
    return 0;
  }

  static takeLeft(): readonly EncodedPart[] {
    const { left } = EncodedPart;
    if (left.length > 0) EncodedPart.left = [];
    return left;
  }
}

/** The key under which an object has those of its parts that were encoded, by the selection of their fields. */
export const ENCODED_PARTS = Symbol("encoded parts");

/** Parts that are right as long as the object that has them. */
export interface EncodedParts {
  get(selection: string): EncodedPart | undefined;
  set(selection: string, part: EncodedPart): void;
}
