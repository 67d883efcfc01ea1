import { expect, test, vi } from 'vitest';
import { wechat } from './pages';

type Wish = { url: string; complete: () => void };

async function walker(depth: number) {
  const [navigateTo, redirectTo] = [vi.fn(), vi.fn()];
  wechat(() => ({ statusCode: 500 }), { navigateTo, redirectTo });
  vi.stubGlobal('getCurrentPages', () => Array(depth).fill({}));
  const { go } = await import('../../miniprogram/utils/routes');
  return { go, navigateTo, redirectTo };
}

test('a page that is still opening is not opened twice', async () => {
  const { go, navigateTo } = await walker(1);
  go('/one');
  go('/one');
  expect(navigateTo).toHaveBeenCalledOnce();
  (navigateTo.mock.calls[0]![0] as Wish).complete();
  go('/two');
  expect(navigateTo).toHaveBeenCalledTimes(2);
});

test('behind the ten pages that WeChat holds the next one takes the place of the last', async () => {
  const { go, navigateTo, redirectTo } = await walker(10);
  go('/one');
  expect(navigateTo).not.toHaveBeenCalled();
  expect(redirectTo.mock.calls[0]![0]).toMatchObject({ url: '/one' });
});
