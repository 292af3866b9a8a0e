import type { EncodedPart, EncodedParts } from "../graphql/encoded-parts";

/** Of a buffer and its place in the map, beside its bytes. */
const BYTES_PER_PART = 350;
/** Beyond so many of one paper all are dropped: clients that ask for so many selections do not ask for them again. */
const MAX_PARTS = 8;

/** The encoded parts of one paper's content, as long as `count` says that they are kept. */
export class Parts implements EncodedParts {
  private bySelection: Map<string, EncodedPart> | null = null;
  /** That they take in memory. */
  bytes = 0;

  constructor(
    private readonly rowId: number,
    private readonly count: (rowId: number, parts: Parts) => boolean,
  ) {}

  get(selection: string): EncodedPart | undefined {
    return this.bySelection?.get(selection);
  }

  set(selection: string, part: EncodedPart): void {
    if (!this.bySelection || this.bySelection.size >= MAX_PARTS) {
      this.bySelection = new Map();
      this.bytes = 0;
    }
    this.bySelection.set(selection, part);
    this.bytes += part.bytes.length + 2 * selection.length + BYTES_PER_PART;
    if (!this.count(this.rowId, this)) this.bySelection = null;
  }
}
