import { idOf } from './sight';
import type { StageWorld } from './stage';

/** Two accounts in which each personal field, property key, label and link id has a marker (A6). */

/** By kind, what is looked for. `named` stands in the tenant file, `unnamed` only at the vendors. */
const markers = {
  person: ['qperson', '5550177'],
  named: ['qnamed'],
  unnamed: ['qunnamed'],
  linkId: ['qlink', '12345678-77009'],
  secret: ['qsecret'],
} as const;
export type Kind = keyof typeof markers;

/** The kinds of markers in a text. */
export const kindsIn = (text: string): readonly Kind[] =>
  (Object.keys(markers) as Kind[]).filter((kind) => markers[kind].some((marker) => text.toLowerCase().includes(marker)));

export const status = idOf('status', 1);
export const [place, otherPlace] = [idOf('location', 1), idOf('location', 2)];
export const member = (number: number) => idOf('member', number);
const contact = (id: number, properties: object) => ({ id: `7700900${id}`, properties });

export const markedWorld: StageWorld = {
  officernd: {
    locations: [
      { _id: place, name: 'qnamed place' },
      { _id: otherPlace, name: 'qunnamed place' },
    ],
    customProperties: [
      { key: 'qnamed key', title: 'qunnamed title', type: 'String', targets: ['member'] },
      { key: 'qunnamed key', title: 'qunnamed title', type: 'select', values: ['qunnamed value'], targets: ['member'] },
    ],
    opportunityStatuses: [
      { _id: status, description: 'qnamed status', probability: 20 },
      { _id: idOf('status', 2), description: 'qunnamed status', probability: 20 },
    ],
    companies: [
      { _id: idOf('company', 1), name: 'qperson Ltd', description: 'qperson', properties: { hubspot_link_id: '12345678-qlink' } },
      { _id: idOf('company', 2), name: 'qperson Linked', properties: { hubspot_link_id: '12345678-77009001' } },
    ],
    members: [
      {
        _id: member(1),
        name: 'qperson One',
        email: 'qperson@one.example',
        phone: '+5550177',
        description: 'qperson note',
        address: { city: 'qperson city' },
        properties: { 'qnamed key': 'qperson mood', 'qunnamed key': 'qunnamed value' },
      },
      { _id: member(2), name: 'qperson Twin' },
      { _id: member(3), name: 'qperson Twin' },
    ],
    opportunities: [{ _id: idOf('opportunity', 1), name: 'qperson deal', company: idOf('company', 2), status }],
  },
  hubspot: {
    properties: {
      contacts: [
        { name: 'qnamed_property', label: 'qunnamed label' },
        {
          name: 'qunnamed_property',
          label: 'qunnamed label',
          type: 'enumeration',
          fieldType: 'select',
          options: [{ label: 'qunnamed option', value: 'qunnamed_option' }],
        },
        {
          name: 'qnamed_office',
          label: 'qunnamed label',
          type: 'enumeration',
          fieldType: 'select',
          options: [
            { label: 'qnamed office', value: 'qnamed_office_value' },
            { label: 'qunnamed office', value: 'qunnamed_office_value' },
          ],
        },
      ],
    },
    pipelines: [
      {
        id: 'qnamed_pipeline',
        label: 'qunnamed pipeline',
        stages: [
          { id: 'qnamed_stage', label: 'qunnamed stage', metadata: { probability: '0.2' } },
          { id: 'qunnamed_stage', label: 'qunnamed other stage', metadata: { probability: '0.4' } },
        ],
      },
    ],
    companies: [
      { id: '77009001', properties: { name: 'qperson Linked', description: 'qperson other' } },
      { id: '77009002', properties: { name: 'qperson Created' } },
    ],
    contacts: [
      contact(1, {
        firstname: 'qperson',
        lastname: 'One',
        email: 'qperson@one.example',
        phone: '5550177 9',
        qnamed_property: 'qperson high',
      }),
      contact(2, { firstname: 'qperson', lastname: 'Twin' }),
      contact(3, { firstname: 'qperson', lastname: 'New', email: 'qperson@new.example', qnamed_office: 'qnamed_office_value' }),
      contact(4, { email: 'qperson@nameless.example' }),
    ],
    deals: [
      {
        id: '77009051',
        properties: { dealname: 'qperson deal', pipeline: 'qnamed_pipeline', dealstage: 'qnamed_stage', amount: '5550177' },
        associations: { companies: ['77009001'] },
      },
    ],
  },
};
