/** The server, or a call of its admin API, is not as it must be; the message says what to do. */
export class VaultError extends Error {
  override name = "VaultError";
}

/** What was expected did not happen; the message says what came nearest, and how it differs. */
export class UnmetExpectation extends Error {
  override name = "UnmetExpectation";
}
