"""What WeChat Pay remembers besides orders and refunds: merchants, sharing, transfers and more.

Facts about an order that came later than the table of orders have a table of their own, so that
the memory of an earlier version can still be read.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS merchants (
  mchid TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, appid TEXT NOT NULL,
  apiv3_key TEXT NOT NULL, public_key_id TEXT NOT NULL, wechatpay_private_key_pem TEXT NOT NULL,
  trust TEXT NOT NULL, sharing_url TEXT NOT NULL DEFAULT '',
  complaint_url TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS merchant_keys (
  serial_no TEXT PRIMARY KEY, mchid TEXT NOT NULL, private_key_pem TEXT NOT NULL,
  is_valid INTEGER NOT NULL DEFAULT 1, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS platform_keys (
  serial_no TEXT PRIMARY KEY, private_key_pem TEXT NOT NULL, certificate_pem TEXT NOT NULL,
  created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sub_merchants (
  sub_mchid TEXT PRIMARY KEY, mchid TEXT NOT NULL, name TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS bindings (
  mchid TEXT NOT NULL, appid TEXT NOT NULL, PRIMARY KEY (mchid, appid));
CREATE TABLE IF NOT EXISTS terms (
  out_trade_no TEXT PRIMARY KEY, trade_type TEXT NOT NULL, fee_rate REAL NOT NULL,
  is_shared INTEGER NOT NULL, is_paying INTEGER NOT NULL DEFAULT 0, unfrozen_at REAL);
CREATE TABLE IF NOT EXISTS refund_terms (
  out_refund_no TEXT PRIMARY KEY, fee_back_fen INTEGER NOT NULL, request TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS bill_files (
  token TEXT PRIMARY KEY, mchid TEXT NOT NULL, body TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS receivers (
  mchid TEXT NOT NULL, sub_mchid TEXT NOT NULL, type TEXT NOT NULL, account TEXT NOT NULL,
  name TEXT NOT NULL, relation_type TEXT NOT NULL, custom_relation TEXT NOT NULL,
  created_at REAL NOT NULL, PRIMARY KEY (mchid, sub_mchid, type, account));
CREATE TABLE IF NOT EXISTS sharings (
  id TEXT PRIMARY KEY, mchid TEXT NOT NULL, sub_mchid TEXT NOT NULL, out_order_no TEXT NOT NULL,
  out_trade_no TEXT NOT NULL, request TEXT NOT NULL, state TEXT NOT NULL,
  is_unfreezing INTEGER NOT NULL, created_at REAL NOT NULL, UNIQUE (mchid, out_order_no));
CREATE TABLE IF NOT EXISTS shares (
  detail_id TEXT PRIMARY KEY, sharing_id TEXT NOT NULL, type TEXT NOT NULL, account TEXT NOT NULL,
  description TEXT NOT NULL, fen INTEGER NOT NULL, result TEXT NOT NULL,
  fail_reason TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL, finished_at REAL);
CREATE INDEX IF NOT EXISTS shares_of ON shares (sharing_id);
CREATE TABLE IF NOT EXISTS share_returns (
  id TEXT PRIMARY KEY, mchid TEXT NOT NULL, sub_mchid TEXT NOT NULL, out_return_no TEXT NOT NULL,
  sharing_id TEXT NOT NULL, return_mchid TEXT NOT NULL, fen INTEGER NOT NULL,
  description TEXT NOT NULL, request TEXT NOT NULL, result TEXT NOT NULL,
  fail_reason TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL, finished_at REAL,
  UNIQUE (mchid, out_return_no));
CREATE TABLE IF NOT EXISTS transfers (
  transfer_bill_no TEXT PRIMARY KEY, mchid TEXT NOT NULL, sub_mchid TEXT NOT NULL,
  out_bill_no TEXT NOT NULL, appid TEXT NOT NULL, openid TEXT NOT NULL, user_name TEXT NOT NULL,
  fen INTEGER NOT NULL, remark TEXT NOT NULL, notify_url TEXT NOT NULL, request TEXT NOT NULL,
  state TEXT NOT NULL, package_info TEXT NOT NULL, fail_reason TEXT NOT NULL DEFAULT '',
  created_at REAL NOT NULL, updated_at REAL NOT NULL,
  UNIQUE (mchid, out_bill_no));
CREATE TABLE IF NOT EXISTS transfer_grants (
  mchid TEXT NOT NULL, sub_mchid TEXT NOT NULL, out_apply_no TEXT NOT NULL, state TEXT NOT NULL,
  created_at REAL NOT NULL, PRIMARY KEY (mchid, sub_mchid));
CREATE TABLE IF NOT EXISTS applyments (
  applyment_id INTEGER PRIMARY KEY, mchid TEXT NOT NULL, business_code TEXT NOT NULL,
  request TEXT NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL, details TEXT NOT NULL,
  sub_mchid TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL, UNIQUE (mchid, business_code));
CREATE TABLE IF NOT EXISTS uploads (
  media_id TEXT PRIMARY KEY, mchid TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, sha256 TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS settlements (
  application_no TEXT PRIMARY KEY, sub_mchid TEXT NOT NULL, account_type TEXT NOT NULL,
  account_bank TEXT NOT NULL, account_name TEXT NOT NULL, account_number TEXT NOT NULL,
  state TEXT NOT NULL, fail_reason TEXT NOT NULL DEFAULT '', created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS complaints (
  complaint_id TEXT PRIMARY KEY, mchid TEXT NOT NULL, sub_mchid TEXT NOT NULL,
  out_trade_no TEXT NOT NULL, detail TEXT NOT NULL, phone TEXT NOT NULL, state TEXT NOT NULL,
  created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS negotiations (
  id INTEGER PRIMARY KEY, complaint_id TEXT NOT NULL, operator TEXT NOT NULL,
  operate_type TEXT NOT NULL, content TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS addressees (callback_id INTEGER PRIMARY KEY, mchid TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deposits (
  id INTEGER PRIMARY KEY, mchid TEXT NOT NULL, account TEXT NOT NULL, fen INTEGER NOT NULL,
  note TEXT NOT NULL, created_at REAL NOT NULL);
DROP VIEW IF EXISTS flows;
CREATE VIEW flows AS
  SELECT coalesce(o.sub_mchid, o.mchid) AS mchid, 'BASIC' AS account, o.paid_at AS at,
    o.total_fen AS fen, '交易' AS name, o.transaction_id AS number, o.out_trade_no AS voucher
    FROM orders o WHERE o.paid_at IS NOT NULL
  UNION ALL
  SELECT coalesce(o.sub_mchid, o.mchid), 'BASIC', o.paid_at,
    -CAST(round(o.total_fen * coalesce(t.fee_rate, 0)) AS INTEGER), '扣除交易手续费',
    o.transaction_id, o.out_trade_no
    FROM orders o LEFT JOIN terms t USING (out_trade_no) WHERE o.paid_at IS NOT NULL
  UNION ALL
  SELECT coalesce(o.sub_mchid, o.mchid), 'BASIC', r.created_at, -r.refund_fen, '退款',
    r.refund_id, r.out_refund_no
    FROM refunds r JOIN orders o USING (out_trade_no) WHERE r.state != 'CLOSED'
  UNION ALL
  SELECT coalesce(o.sub_mchid, o.mchid), 'BASIC', r.created_at, rt.fee_back_fen, '退还交易手续费',
    r.refund_id, r.out_refund_no
    FROM refunds r JOIN orders o USING (out_trade_no) JOIN refund_terms rt USING (out_refund_no)
    WHERE r.state != 'CLOSED'
  UNION ALL
  SELECT coalesce(o.sub_mchid, o.mchid), 'BASIC', s.finished_at, -s.fen, '分账',
    s.detail_id, g.out_order_no
    FROM shares s JOIN sharings g ON g.id = s.sharing_id JOIN orders o USING (out_trade_no)
    WHERE s.result = 'SUCCESS' AND s.account != coalesce(o.sub_mchid, o.mchid)
  UNION ALL
  SELECT s.account, 'BASIC', s.finished_at, s.fen, '分账', s.detail_id, g.out_order_no
    FROM shares s JOIN sharings g ON g.id = s.sharing_id JOIN orders o USING (out_trade_no)
    WHERE s.result = 'SUCCESS' AND s.type = 'MERCHANT_ID'
      AND s.account != coalesce(o.sub_mchid, o.mchid)
  UNION ALL
  SELECT coalesce(o.sub_mchid, o.mchid), 'BASIC', b.finished_at, b.fen, '分账回退', b.id,
    b.out_return_no
    FROM share_returns b JOIN sharings g ON g.id = b.sharing_id JOIN orders o USING (out_trade_no)
    WHERE b.result = 'SUCCESS'
  UNION ALL
  SELECT b.return_mchid, 'BASIC', b.finished_at, -b.fen, '分账回退', b.id, b.out_return_no
    FROM share_returns b WHERE b.result = 'SUCCESS'
  UNION ALL
  SELECT CASE sub_mchid WHEN '' THEN mchid ELSE sub_mchid END, 'OPERATION', created_at, -fen,
    '商家转账', transfer_bill_no, out_bill_no
    FROM transfers WHERE state NOT IN ('FAIL', 'CANCELLED')
  UNION ALL
  SELECT mchid, account, created_at, fen, note, '', '' FROM deposits;
"""

TABLES = (
    *("merchants", "merchant_keys", "platform_keys", "sub_merchants", "bindings", "terms"),
    *("receivers", "sharings", "shares", "share_returns", "transfers", "transfer_grants"),
    *("applyments", "uploads", "settlements", "complaints", "negotiations", "deposits"),
    *("addressees", "refund_terms", "bill_files"),
)

DEFAULT_SETTINGS: dict[str, object] = {
    "fee_rate": 0.006,
    "sharing_wait_seconds": 60,
    "sharing_delay_seconds": 1,
    "sharing_max_ratio": 3000,
    "operation_opening_fen": 100_000_000,
    "transfer_merchant_daily_fen": 10_000_000,
    "transfer_user_daily_fen": 2_000_000,
}
