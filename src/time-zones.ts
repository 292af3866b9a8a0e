/** Names of IANA for zones that the platform lists by former ones alone. */
const RENAMED = new Map([
  ["Africa/Asmera", "Africa/Asmara"],
  ["America/Buenos_Aires", "America/Argentina/Buenos_Aires"],
  ["America/Catamarca", "America/Argentina/Catamarca"],
  ["America/Coral_Harbour", "America/Atikokan"],
  ["America/Cordoba", "America/Argentina/Cordoba"],
  ["America/Godthab", "America/Nuuk"],
  ["America/Indianapolis", "America/Indiana/Indianapolis"],
  ["America/Jujuy", "America/Argentina/Jujuy"],
  ["America/Louisville", "America/Kentucky/Louisville"],
  ["America/Mendoza", "America/Argentina/Mendoza"],
  ["Asia/Calcutta", "Asia/Kolkata"],
  ["Asia/Katmandu", "Asia/Kathmandu"],
  ["Asia/Rangoon", "Asia/Yangon"],
  ["Asia/Saigon", "Asia/Ho_Chi_Minh"],
  ["Atlantic/Faeroe", "Atlantic/Faroe"],
  ["Europe/Kiev", "Europe/Kyiv"],
  ["Pacific/Enderbury", "Pacific/Kanton"],
  ["Pacific/Ponape", "Pacific/Pohnpei"],
  ["Pacific/Truk", "Pacific/Chuuk"],
]);

const listed = Intl.supportedValuesOf("timeZone");

/** Each zone once, by the name that IANA has for it now. UTC is one too, though not in the list that the platform gives. */
export const TIME_ZONES: readonly string[] = [
  "UTC",
  ...[...new Set(listed.map((zone) => RENAMED.get(zone) ?? zone))].filter((zone) => zone !== "UTC").sort(),
];

const spellings = new Map(
  [...TIME_ZONES.map((zone) => [zone, zone] as const), ...RENAMED].map(([from, to]) => [from.toLowerCase(), to]),
);

/**
 * The one name of a zone, of TIME_ZONES; null for what is no name of one. It takes former names and other cases, but no
 * offset, which some versions of Node take for a zone. What is kept by zone is kept by this name: there are millions of
 * spellings.
 */
export function canonicalTimeZone(text: string): string | null {
  const known = spellings.get(text.toLowerCase());
  if (known || !/^[a-z][\w+/-]{1,49}$/i.test(text)) return known ?? null;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions();
    return spellings.get(timeZone.toLowerCase()) ?? null;
  } catch {
    return null;
  }
}
