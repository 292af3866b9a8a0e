export function titleKey(t: string): string {
  return t.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "") || t.trim().toLowerCase();
}
export function nameKey(t: string): string {
  return t.normalize("NFKC").toLowerCase().replace(/(?<!\p{L})(\p{L})\./gu, "$1 ").replace(/\s+/g, " ").trim() || t.trim();
}
