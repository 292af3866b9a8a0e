/** What a source answers, unless a fault comes between. */
export interface Answer {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

export const json = (status: number, value: unknown, headers?: Answer["headers"]): Answer => ({
  status,
  type: "application/json; charset=utf-8",
  body: JSON.stringify(value),
  headers,
});
