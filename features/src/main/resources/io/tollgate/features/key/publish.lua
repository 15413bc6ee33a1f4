-- Publishes the blobs of one entity, each unless a newer one is there, and takes out of the entity's tail the payments
-- that are in them, in one atomic step: all keys share a slot.
-- KEYS: the entity's groups, then, where it has one, its tail.
-- ARGV: number of groups; blob and time to live in milliseconds for each; then the ids folded in, eight bytes each.
-- A blob's bytes 6 to 13 (1-based) are its publisher's sequence, big-endian and unsigned. Bytes are compared one by one:
-- Lua's numbers lose precision past 2^53, and its string comparison follows the server's locale.
-- Answers how many blobs were written.
local groups = tonumber(ARGV[1])
local written = 0
for i = 1, groups do
  local blob = ARGV[2 * i]
  local old = redis.pcall('GETRANGE', KEYS[i], 5, 12)
  local newer = true
  if type(old) == 'string' and #old == 8 then
    for b = 1, 8 do
      local was, is = old:byte(b), blob:byte(5 + b)
      if was ~= is then
        newer = was < is
        break
      end
    end
  end
  if newer then
    redis.call('SET', KEYS[i], blob, 'PX', ARGV[2 * i + 1])
    written = written + 1
  end
end
if #KEYS > groups and written > 0 then
  local key = KEYS[#KEYS]
  local tail = redis.pcall('GET', key)
  if type(tail) == 'string' then
    local folded = {}
    for i = 2 * groups + 2, #ARGV do
      folded[ARGV[i]] = true
    end
    local kept, from = {}, 1
    while from + 9 <= #tail do
      local size = 10 + tail:byte(from) * 256 + tail:byte(from + 1)
      if not folded[tail:sub(from + 2, from + 9)] then
        kept[#kept + 1] = tail:sub(from, from + size - 1)
      end
      from = from + size
    end
    local rest = table.concat(kept)
    if #rest == 0 then
      redis.call('DEL', key)
    elseif #rest < #tail then
      redis.call('SET', key, rest, 'KEEPTTL')
    end
  end
end
return written
