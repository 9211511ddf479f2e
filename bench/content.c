/* Compiled with -O2. */
#include "content.h"

#include <string.h>

#include "log.h"

struct checksum {
	uint32_t crc;
	uint64_t offset;
};

/* The table of the reflected polynomial of IEEE 802.3, as in zlib. */
void
content_init(struct content *content, uint64_t block, bool random, bool checked)
{
	content->block = block;
	content->random = random || checked;
	content->checked = checked;
	for (uint32_t i = 0; i < 256; i++) {
		content->crc[i] = i;
		for (int bit = 0; bit < 8; bit++)
			content->crc[i] = content->crc[i] >> 1 ^ (content->crc[i] & 1) * 0xedb88320;
	}
}

static uint32_t
crc32(const struct content *content, const unsigned char *data, uint64_t bytes)
{
	uint32_t crc = UINT32_MAX;

	for (uint64_t i = 0; i < bytes; i++)
		crc = crc >> 8 ^ content->crc[(crc ^ data[i]) & 0xff];
	return ~crc;
}

void
content_fill(const struct content *content, void *data, size_t bytes, struct random *random)
{
	uint64_t word;

	if (!content->random)
		memset(data, 0, bytes);
	for (size_t i = 0; content->random && i < bytes; i += sizeof(word)) {
		word = random_next(random);
		memcpy((char *)data + i, &word,
		       bytes - i < sizeof(word) ? bytes - i : sizeof(word));
	}
}

/* This keeps random bytes random but changes every word, at an eighth of the cost of filling them
 * again. */
static void
alter(uint64_t *words, uint64_t count, struct random *random)
{
	uint64_t key = random_next(random);

	for (uint64_t i = 0; i < count; i++)
		words[i] ^= key;
}

static uint64_t
block_bytes(const struct content *content, uint64_t left)
{
	return left < content->block ? left : content->block;
}

void
content_renew(const struct content *content, void *data, uint64_t offset, uint64_t bytes,
	      struct random *random)
{
	unsigned char *at = data, *end;
	struct checksum sum;

	if (content->random)
		alter(data, bytes / sizeof(uint64_t), random);
	for (uint64_t size; content->checked && bytes > 0; bytes -= size, at += size) {
		size = block_bytes(content, bytes);
		if (size <= CONTENT_CHECKSUM_BYTES)
			break;
		end = at + size - CONTENT_CHECKSUM_BYTES;
		sum.crc = crc32(content, at, size - CONTENT_CHECKSUM_BYTES);
		sum.offset = offset + (uint64_t)(at - (unsigned char *)data);
		memcpy(end, &sum.crc, sizeof(sum.crc));
		memcpy(end + sizeof(sum.crc), &sum.offset, sizeof(sum.offset));
	}
}

static bool
verify_block(const struct content *content, const unsigned char *data, uint64_t offset,
	     uint64_t bytes)
{
	const unsigned char *end = data + bytes - CONTENT_CHECKSUM_BYTES;
	uint32_t crc = crc32(content, data, bytes - CONTENT_CHECKSUM_BYTES);
	struct checksum stored;

	memcpy(&stored.crc, end, sizeof(stored.crc));
	memcpy(&stored.offset, end + sizeof(stored.crc), sizeof(stored.offset));
	if (stored.crc != crc) {
		log_text(LOG_FATAL, "Checksum mismatch in block with offset: %llu",
			 (unsigned long long)offset);
		log_text(LOG_FATAL, "    Calculated value: 0x%x    Stored value: 0x%x", crc,
			 stored.crc);
		return false;
	}
	if (stored.offset != offset) {
		log_text(LOG_FATAL, "Offset mismatch in block:");
		log_text(LOG_FATAL, "   Actual offset: %llu    Stored offset: %llu",
			 (unsigned long long)offset, (unsigned long long)stored.offset);
		return false;
	}
	return true;
}

bool
content_verify(const struct content *content, const void *data, unsigned file, uint64_t offset,
	       uint64_t bytes)
{
	const unsigned char *at = data;

	for (uint64_t size; bytes > 0; bytes -= size, at += size, offset += size) {
		size = block_bytes(content, bytes);
		if (size <= CONTENT_CHECKSUM_BYTES || verify_block(content, at, offset, size))
			continue;
		log_text(LOG_FATAL, "Validation failed on file %u, block offset %llu, exiting...",
			 file, (unsigned long long)offset);
		return false;
	}
	return true;
}
