/** Where a connector tells each of its HTTP calls; the run's report shows the sums (`calls` in the report). */
export interface CallLedger {
  readonly count: (call: CountedCall) => void;
}

export interface CountedCall {
  readonly vendor: 'hubspot' | 'officernd';
  /**
   * Method and path with ids and organisation left out, in the form the vendor's documentation names: `GET /crm/objects/2026-09/companies`.
   */
  readonly route: string;
  /** `predicted`: a preview did not send it, the run that it stands for would. */
  readonly outcome: 'ok' | 'rate-limited' | 'failed' | 'predicted';
}
