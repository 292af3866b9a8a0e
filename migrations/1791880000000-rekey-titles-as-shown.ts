import { RekeyTitles1791830000000 } from "./1791830000000-rekey-titles";

/** TeX's accents, HTML's entities, fractions, `×`, `:` between numbers and Greek letters are read in the keys of titles. */
export class RekeyTitlesAsShown1791880000000 extends RekeyTitles1791830000000 {
  // The keys of the version before cannot be made any more; it finds all other papers by theirs.
  override async down(): Promise<void> {}
}
