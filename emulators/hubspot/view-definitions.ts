import type { JsonObject } from '../shared/json';
import { formatInstant } from './instant';
import { OWNERS_SINCE_MS, type Owner } from './owners';
import type { DealPipeline, DealStage } from './pipeline';
import type { PropertyDefinition } from './property-definition';
import type { PropertyGroup } from './property-groups';

/** A property in the form of the Properties API. Optional keys are absent, never null. */
export function viewDefinition(definition: PropertyDefinition, dropZeroMs: boolean): JsonObject {
  const {
    modificationMetadata: metadata,
    options,
    archivedAtMs,
    createdAtMs,
    updatedAtMs,
    showCurrencySymbol,
    currencyPropertyName,
    referencedObjectType,
    ...rest
  } = definition;
  return {
    updatedAt: formatInstant(updatedAtMs, dropZeroMs),
    createdAt: formatInstant(createdAtMs, dropZeroMs),
    ...(archivedAtMs === undefined ? {} : { archivedAt: formatInstant(archivedAtMs, dropZeroMs) }),
    ...rest,
    options: options.map((option) => ({ ...option })),
    ...(showCurrencySymbol === undefined ? {} : { showCurrencySymbol }),
    ...(currencyPropertyName === undefined ? {} : { currencyPropertyName }),
    ...(referencedObjectType === undefined ? {} : { referencedObjectType }),
    modificationMetadata: {
      archivable: metadata.archivable,
      readOnlyDefinition: metadata.readOnlyDefinition,
      readOnlyValue: metadata.readOnlyValue,
      ...(metadata.readOnlyOptions === undefined ? {} : { readOnlyOptions: metadata.readOnlyOptions }),
    },
    dataSensitivity: 'non_sensitive',
  };
}

export const viewGroup = ({ name, label, displayOrder }: PropertyGroup): JsonObject => ({ name, label, displayOrder, archived: false });

export const viewStage = (stage: DealStage, dropZeroMs: boolean): JsonObject => ({
  label: stage.label,
  displayOrder: stage.displayOrder,
  metadata: { ...stage.metadata },
  id: stage.id,
  createdAt: formatInstant(stage.createdAtMs, dropZeroMs),
  updatedAt: formatInstant(stage.updatedAtMs, dropZeroMs),
  archived: false,
  writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
});

export const viewPipeline = (pipeline: DealPipeline, dropZeroMs: boolean): JsonObject => ({
  label: pipeline.label,
  displayOrder: pipeline.displayOrder,
  id: pipeline.id,
  stages: pipeline.stages.map((stage) => viewStage(stage, dropZeroMs)),
  createdAt: formatInstant(pipeline.createdAtMs, dropZeroMs),
  updatedAt: formatInstant(pipeline.updatedAtMs, dropZeroMs),
  archived: false,
});

export const viewOwner = (owner: Owner, dropZeroMs: boolean): JsonObject => ({
  id: owner.id,
  email: owner.email,
  type: 'PERSON',
  firstName: owner.firstName,
  lastName: owner.lastName,
  userId: owner.userId,
  userIdIncludingInactive: owner.userId,
  createdAt: formatInstant(OWNERS_SINCE_MS, dropZeroMs),
  updatedAt: formatInstant(OWNERS_SINCE_MS, dropZeroMs),
  archived: owner.archived,
  teams: [],
});
