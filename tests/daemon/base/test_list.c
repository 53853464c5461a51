/* daemon/base/list. */
#include "daemon/base/list.h"

#include <stdlib.h>

#include "daemon/base/buf.h"
#include "tests/check.h"

struct item {
	int before; /* so that the node is not at the front */
	struct list node;
	char letter;
};

static struct item items[4] = { { .letter = 'a' }, { .letter = 'b' }, { .letter = 'c' },
	{ .letter = 'd' } };

static void fill(struct list *head)
{
	list_init(head);
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		list_add_tail(head, &items[i].node);
}

static const char *letters(struct list *head, struct buf *out)
{
	buf_reset(out);
	LIST_FOREACH (node, head)
		buf_add_byte(out, (uint8_t)LIST_ITEM(node, struct item, node)->letter);
	for (struct list *node = head->prev; node != head; node = node->prev)
		buf_add_byte(out, (uint8_t)LIST_ITEM(node, struct item, node)->letter);
	return buf_str(out);
}

static void test_items_are_kept_in_order_both_ways(void)
{
	AUTO_BUF out = { 0 };
	struct list head;

	list_init(&head);
	check(list_is_empty(&head));
	check_str(letters(&head, &out), "");
	fill(&head);
	check(!list_is_empty(&head));
	check_str(letters(&head, &out), "abcddcba");
}

static void test_any_item_can_be_removed_twice_and_added_again(void)
{
	AUTO_BUF out = { 0 };
	struct list head;

	fill(&head);
	list_remove(&items[0].node);
	list_remove(&items[0].node);
	check_str(letters(&head, &out), "bcddcb");
	list_remove(&items[3].node);
	check_str(letters(&head, &out), "bccb");
	list_add_tail(&head, &items[0].node);
	check_str(letters(&head, &out), "bcaacb");
	list_remove(&items[0].node);
	list_remove(&items[1].node);
	list_remove(&items[2].node);
	check(list_is_empty(&head));
}

static void test_adding_before_a_node_that_is_no_head_inserts_there(void)
{
	AUTO_BUF out = { 0 };
	struct list head;

	list_init(&head);
	list_add_tail(&head, &items[0].node);
	list_add_tail(&head, &items[2].node);
	list_add_tail(&items[2].node, &items[1].node);
	check_str(letters(&head, &out), "abccba");
}

static void test_item_may_leave_during_the_walk(void)
{
	AUTO_BUF seen = { 0 };
	AUTO_BUF out = { 0 };
	struct list head;

	fill(&head);
	LIST_FOREACH (node, &head) {
		char letter = LIST_ITEM(node, struct item, node)->letter;

		buf_add_byte(&seen, (uint8_t)letter);
		if (letter != 'b')
			list_remove(node);
	}
	check_str(buf_str(&seen), "abcd");
	check_str(letters(&head, &out), "bb");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_items_are_kept_in_order_both_ways),
		CHECK_TEST(test_any_item_can_be_removed_twice_and_added_again),
		CHECK_TEST(test_adding_before_a_node_that_is_no_head_inserts_there),
		CHECK_TEST(test_item_may_leave_during_the_walk),
	};

	return check_run("base/list", tests, ARRAY_LEN(tests));
}
