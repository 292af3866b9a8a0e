import { readConfig } from "../src/config";

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
};

describe("settings", () => {
  test("have defaults, and an empty value counts as none", () => {
    expect(readConfig({ PORT: "", DATABASE_URL: " " })).toEqual({
      PORT: 4000,
      HOST: "localhost",
      DATA_DIR: expect.stringMatching(/\/\.data$/),
      DATABASE_URL: undefined,
      OIDC_ISSUER: undefined,
      OIDC_AUDIENCE: undefined,
      EXPLORER: true,
      WORKER: true,
    });
  });

  test("are read from the environment", () => {
    const env = {
      PORT: "0",
      HOST: "::1",
      DATA_DIR: "/data",
      DATABASE_URL: "postgresql://u:p@db:5432/papers",
      EXPLORER: "off",
    };
    expect(readConfig(env)).toMatchObject({ ...env, PORT: 0, EXPLORER: false });
  });

  test("that are malformed are told all at once, each with what would be right", () => {
    expect(problemsOf({ PORT: "65536", HOST: "a b", EXPLORER: "yes", DATABASE_URL: "mysql://u:secret@db/x" })).toEqual([
      'PORT "65536" is not a number from 0 to 65535.',
      'HOST "a b" is not a host name or an IP address.',
      "DATABASE_URL is not postgres://USER:PASSWORD@HOST:PORT/DATABASE.",
      'EXPLORER "yes" is not on or off.',
    ]);
  });

  test("that only make sense together are asked for together", () => {
    const message = "OIDC_ISSUER and OIDC_AUDIENCE go together: set both or none.";
    expect(problemsOf({ OIDC_ISSUER: "https://login.example" })).toEqual([message]);
    expect(problemsOf({ OIDC_AUDIENCE: "papers" })).toEqual([message]);
    expect(problemsOf({ OIDC_ISSUER: "https://login.example", OIDC_AUDIENCE: "papers" })).toEqual([]);
  });

  test.each(["80a", "-1", "1e3", "4000.5", "999999"])("PORT %j is refused", (PORT) =>
    expect(problemsOf({ PORT })).toHaveLength(1),
  );

  test.each(["db", "postgres://", "postgres://host", "http://x/y", "postgres:///papers"])(
    "DATABASE_URL %j is refused",
    (DATABASE_URL) => expect(problemsOf({ DATABASE_URL })).toHaveLength(1),
  );

  test.each([
    ["DATABASE_ULR", "DATABASE_URL"],
    ["DATBASE_URL", "DATABASE_URL"],
    ["DATADIR", "DATA_DIR"],
    ["PORTT", "PORT"],
    ["EXPLORE", "EXPLORER"],
  ])("%s is unknown and nearly %s", (name, ours) =>
    expect(problemsOf({ [name]: "x" })).toEqual([`Unknown setting ${name}; did you mean ${ours}?`]),
  );

  test("what a machine sets for others is left alone", () => {
    const others = [
      "PATH",
      "HOME",
      "HOSTNAME",
      "HOSTTYPE",
      "PWD",
      "OLDPWD",
      "SHLVL",
      "TERM",
      "LANG",
      "USER",
      "LOGNAME",
      "SHELL",
      "MAIL",
      "CI",
      "_",
    ];
    const tools = [
      "npm_config_port",
      "NODE_ENV",
      "PGHOST",
      "PGPORT",
      "DATABASE",
      "EDITOR",
      "PORTS",
      "SUDO_USER",
      "XDG_DATA_DIRS",
      "DOCKER_HOST",
    ];
    expect(problemsOf(Object.fromEntries([...others, ...tools].map((name) => [name, "x"])))).toEqual([]);
    expect(problemsOf(process.env as Record<string, string>)).toEqual([]);
  });
});
