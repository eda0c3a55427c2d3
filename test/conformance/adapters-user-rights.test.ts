// The rights of users as the adapter reads them, against the emulator of Azure DevOps.
import { describe, expect, it } from '@jest/globals';
import { createUserRights } from '../../service/azure-devops/user-rights.ts';
import { organization, stage } from './azure-devops-scene.ts';

describe('the rights of users and the Azure DevOps emulator', () => {
  it('agree on who somebody is and what they may', async () => {
    const tokens = {
      manager: { name: 'Ada', rights: 3 },
      reader: { name: 'Rea', rights: 1 },
      stranger: { name: 'Str', rights: 0 },
    };
    const { send, clock, poolId } = stage({ strictTokens: true, tokens });
    const rights = createUserRights({ send, organizations: [{ url: organization.href }], wallClock: clock });
    await expect(rights.whoIs(organization.href, 'manager')).resolves.toMatchObject({
      name: 'Ada',
      id: expect.stringMatching(/./),
    });
    await expect(rights.whoIs(organization.href, 'forged')).resolves.toBeNull();
    const verdicts: boolean[][] = [];
    for (const token of ['manager', 'reader', 'stranger', 'forged']) {
      verdicts.push([
        await rights.may(organization.href, poolId, token, 'read'),
        await rights.may(organization.href, poolId, token, 'manage'),
      ]);
    }
    expect(verdicts).toEqual([
      [true, true],
      [true, false],
      [false, false],
      [false, false],
    ]);
    await expect(rights.may(organization.href, 987, 'manager', 'read')).resolves.toBe(false);
  });

  it.each([true, false])('agree on which of many pools somebody sees, batches answered: %s', async (answers) => {
    const tokens = { mixed: { name: 'Mix', rights: 0, poolRights: { 1: 1, 3: 3, 4: 2 } } };
    const { send, clock } = stage({ strictTokens: true, tokens, answersPermissionBatch: answers });
    const rights = createUserRights({ send, organizations: [{ url: organization.href }], wallClock: clock });
    expect([...(await rights.mayReadOf(organization.href, [1, 2, 3, 4], 'mixed'))]).toEqual([1, 3]);
    expect([...(await rights.mayReadOf(organization.href, [1, 2], 'forged'))]).toEqual([]);
  });
});
