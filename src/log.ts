import pino from "pino";

export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"] as const;

export type Log = Pick<pino.Logger, "error" | "warn" | "info" | "debug">;

/** An error whose message holds a setting of the operator's that is no secret, such as where a service is: it stands in the log. */
export interface ShowsSetting {
  readonly setting: string | undefined;
}

/**
 * Logs one JSON object a line, by default to stdout. No line contains a token, a mail address or a network
 * address but that of a setting.
 */
export function createLog(level: (typeof LOG_LEVELS)[number], destination?: pino.DestinationStream): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    destination ?? pino.destination(1),
  );
}

/** An error without the values of rows that PostgreSQL adds. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: withoutSecrets(String(error)) };
  const code = "code" in error ? { code: error.code } : {};
  const { name: type, message, stack = "", setting } = error as Error & Partial<ShowsSetting>;
  const shown = (text: string) =>
    setting ? text.split(setting).map(withoutSecrets).join(setting) : withoutSecrets(text);
  return { type, ...code, message: shown(message), stack: shown(stack) };
}

function withoutSecrets(text: string): string {
  return text
    .replace(/\bdp_[\w-]+/g, "dp_***")
    .replace(/(\/digest\/\w+\/|\/outbox\/)[\w-]+/g, "$1***")
    .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "***@***")
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, "*.*.*.*")
    .replace(/\b(?:[\da-f]{1,4}:){3,7}[\da-f]{1,4}\b|(?<![\w:])[\da-f:]*::[\da-f:]*(?!\w)/gi, "*:*");
}
