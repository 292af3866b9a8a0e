import { useApi } from "../support/use-api";

/** An API in production. */
export function useProduction() {
  const environment = process.env.NODE_ENV;
  beforeAll(() => {
    // Apollo switches its landing page and introspection off in production; ours stay on, on purpose.
    process.env.NODE_ENV = "production";
  });
  const t = useApi();
  afterAll(() => {
    process.env.NODE_ENV = environment;
  });
  return t;
}
