/* Pure conditions over the head of a request. */
#include "daemon/core/gate.h"

#include <strings.h>

#include "daemon/base/str.h"

static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" };

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(text, words[i]))
			return true;
	}
	return false;
}

static bool is_token(const char *name)
{
	for (const char *c = name; *c; c++) {
		if (!char_is_printable((unsigned char)*c) || strchr(" \"(),/:;<=>?@[\\]{}", *c))
			return false;
	}
	return *name != 0;
}

static bool is_digits(const char *text)
{
	for (const char *c = text; c && *c; c++) {
		if (!char_is_digit((unsigned char)*c))
			return false;
	}
	return text && *text != 0 && strlen(text) <= 18;
}

static size_t fields_count(const struct gate_head *head, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < head->field_count; i++)
		count += strcasecmp(head->fields[i].name, name) == 0;
	return count;
}

const char *gate_field_find(const struct gate_head *head, const char *name)
{
	for (size_t i = 0; i < head->field_count; i++) {
		if (strcasecmp(head->fields[i].name, name) == 0)
			return head->fields[i].value;
	}
	return NULL;
}

static bool path_check(const char *uri, struct err *err)
{
	size_t len = strcspn(uri, "?");

	if (uri[0] != '/' || len > GATE_PATH_MAX)
		return err_set(err, ERR_INVALID,
			"the path must begin with '/' and be at most %d bytes long", GATE_PATH_MAX);
	for (size_t i = 0; i < len; i++) {
		if (!char_is_printable((unsigned char)uri[i]) || uri[i] == ' ' || uri[i] == '%')
			return err_set(err, ERR_INVALID,
				"the path holds a character that none of ours has");
	}
	return true;
}

static bool length_check(const struct gate_head *head, struct err *err)
{
	size_t lengths = fields_count(head, "Content-Length");
	size_t encodings = fields_count(head, "Transfer-Encoding");

	if (lengths > 1 || encodings > 1 || lengths + encodings > 1)
		return err_set(err, ERR_INVALID, "the length of the body is said more than once");
	if (lengths == 1 && !is_digits(gate_field_find(head, "Content-Length")))
		return err_set(err, ERR_INVALID, "Content-Length is not a number");
	if (encodings == 1 && !str_equal(gate_field_find(head, "Transfer-Encoding"), "chunked"))
		return err_set(err, ERR_INVALID, "Transfer-Encoding is not chunked");
	return true;
}

bool gate_check(const struct gate_head *head, struct err *err)
{
	if (!is_one_of(head->method, methods, ARRAY_LEN(methods)))
		return err_set(err, ERR_INVALID, "unknown method");
	if (!str_equal(head->version, "HTTP/1.1") && !str_equal(head->version, "HTTP/1.0"))
		return err_set(err, ERR_INVALID, "unknown version of HTTP");
	for (size_t i = 0; i < head->field_count; i++) {
		if (!is_token(head->fields[i].name))
			return err_set(
				err, ERR_INVALID, "the name of a header field is not a token");
	}
	if (fields_count(head, "Host") != 1)
		return err_set(err, ERR_INVALID, "there must be exactly one Host");
	return length_check(head, err) && path_check(head->uri, err);
}

/* ---- names ---- */

/* Takes the next name off the list; false at its end. */
static bool name_take(const char **names, struct bytes *out)
{
	const char *at = *names + strspn(*names, " ");
	size_t len = strcspn(at, " ");

	*names = at + len;
	*out = bytes_of(at, len);
	return len > 0;
}

static bool name_is_good(struct bytes name)
{
	bool is_v6 = name.len > 2 && name.data[0] == '[' && name.data[name.len - 1] == ']';

	if (is_v6)
		name = bytes_of(name.data + 1, name.len - 2);
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.data[i];
		bool is_letter = (c >= 'a' && c <= 'z') || char_is_upper(c);

		if (is_v6 ? hex_digit(c) < 0 && c != ':' && c != '.'
			  : !is_letter && !char_is_digit(c) && c != '.' && c != '-')
			return false;
	}
	return true;
}

bool gate_names_check(const char *names, struct err *err)
{
	struct bytes name;

	while (name_take(&names, &name)) {
		if (!name_is_good(name)) {
			err_set(err, ERR_INVALID, "http_names: '%.*s' is no name of a host",
				(int)name.len, (const char *)name.data);
			return err_hint(err, "names without port, blanks between them, IPv6 "
					     "addresses in brackets");
		}
	}
	return true;
}

static bool host_is(const char *host, struct bytes name)
{
	if (strncasecmp(host, (const char *)name.data, name.len) != 0)
		return false;
	return host[name.len] == 0 || (host[name.len] == ':' && is_digits(host + name.len + 1));
}

bool gate_check_host(const struct gate_head *head, const char *names, struct err *err)
{
	const char *host = gate_field_find(head, "Host");
	struct bytes name;

	while (host && name_take(&names, &name)) {
		if (host_is(host, name))
			return true;
	}
	err_set(err, ERR_INVALID, "the page is not served under the name '%.80s'",
		host ? host : "");
	return err_hint(err, "use another address, or add this name to http_names");
}

/* ---- other sites ---- */

static bool origin_is_host(const char *origin, const char *host)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (str_has_prefix(origin, schemes[i]))
			return host && strcasecmp(origin + strlen(schemes[i]), host) == 0;
	}
	return false;
}

bool gate_check_site(const struct gate_head *head, bool changes, struct err *err)
{
	const char *origin = gate_field_find(head, "Origin");
	const char *site = gate_field_find(head, "Sec-Fetch-Site");

	if (origin && !origin_is_host(origin, gate_field_find(head, "Host")))
		return err_set(err, ERR_FORBIDDEN, "another site asked for this");
	if (site && !str_equal(site, "same-origin") && (changes || !str_equal(site, "none")))
		return err_set(err, ERR_FORBIDDEN, "another site asked for this");
	if (changes && (fields_count(head, "X-Specimend") != 1 ||
			       !str_equal(gate_field_find(head, "X-Specimend"), "1")))
		return err_set(err, ERR_FORBIDDEN, "the header X-Specimend: 1 is missing");
	return true;
}

bool gate_type_is(const struct gate_head *head, const char *media_type)
{
	const char *value = gate_field_find(head, "Content-Type");

	if (!value || fields_count(head, "Content-Type") != 1)
		return false;
	size_t len = strcspn(value, "; \t");

	return len == strlen(media_type) && strncasecmp(value, media_type, len) == 0;
}
