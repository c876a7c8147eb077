import type { HubSpotObject } from '../../domain/entity';

/** Both vendors' definitions of their data. The connectors return them in these forms. */
export interface Definitions {
  readonly hubspot: {
    /** The portal that the token belongs to; absent when it was not read. */
    readonly account?: { readonly portalId: string; readonly timeZone: string };
    readonly properties: Readonly<Record<HubSpotObject, readonly HubSpotProperty[]>>;
    readonly pipelines: readonly Pipeline[];
  };
  readonly officernd: {
    readonly locations: readonly { readonly id: string; readonly name: string }[];
    readonly opportunityStatuses: readonly { readonly id: string; readonly description: string }[];
    readonly customProperties: readonly CustomProperty[];
  };
}

/** A property of HubSpot's companies, contacts or deals. */
export interface HubSpotProperty {
  readonly name: string;
  readonly label: string;
  /** `string`, `number`, `bool`, `date`, `datetime`, `enumeration` or `phone_number`. */
  readonly type: string;
  /** `text`, `textarea`, `select`, `checkbox`, `booleancheckbox` … */
  readonly fieldType: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
  readonly readOnly: boolean;
  readonly archived: boolean;
}

/** A HubSpot deal pipeline. */
export interface Pipeline {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly { readonly id: string; readonly label: string }[];
}

/** An OfficeRnD custom property. */
export interface CustomProperty {
  readonly key: string;
  readonly title: string;
  /** `String`, `Text`, `Boolean`, `Number`, `Date`, `select`, `multi-select` …, in upper or lower case. */
  readonly type: string;
  /** `team` (company), `member`, `lead` (opportunity) …; empty when the vendor does not say. */
  readonly targets: readonly string[];
  readonly values: readonly string[];
}
