/* What a compiled program has taken from the header, as text: sizes, places and numbers. run.sh compares it with
 * abi-1.txt. A line that changes or goes is another binary interface; new lines may come. */
#include "check.h"

#define NUMBER(NAME) printf("%s %lld\n", #NAME, (long long)(NAME))
#define SIZE(TYPE) printf("sizeof %s %u\n", #TYPE, (unsigned)sizeof(TYPE))
#define PLACE(TYPE, FIELD) \
    printf("%s.%s %u %u\n", #TYPE, #FIELD, (unsigned)offsetof(TYPE, FIELD), (unsigned)sizeof(((TYPE *)0)->FIELD))

int main(void)
{
    NUMBER(TGS_ABI_VERSION);
    NUMBER(TGS_USERNAME_EXPIRY_NEVER);
    NUMBER(TGS_USERNAME_EXPIRY_AS_CLIENT);
    NUMBER(TGS_AUTH_KEY_LEN);
    SIZE(tgs_status);
    NUMBER(TGS_OK);
    NUMBER(TGS_NOT_FOUND);
    NUMBER(TGS_EXPIRED);
    NUMBER(TGS_ERROR_INVALID_ARGUMENT);
    NUMBER(TGS_ERROR_CLOSED);
    NUMBER(TGS_ERROR_READ_ONLY);
    NUMBER(TGS_ERROR_UNSUPPORTED);
    NUMBER(TGS_ERROR_IO);
    NUMBER(TGS_ERROR_FILE_NOT_FOUND);
    NUMBER(TGS_ERROR_PERMISSION_DENIED);
    NUMBER(TGS_ERROR_DISK_FULL);
    NUMBER(TGS_ERROR_LOCKED);
    NUMBER(TGS_ERROR_NOT_A_SESSION);
    NUMBER(TGS_ERROR_CORRUPT);
    NUMBER(TGS_ERROR_UNKNOWN_VERSION);
    NUMBER(TGS_ERROR_BAD_SESSION_STRING);
    NUMBER(TGS_ERROR_INCOMPLETE);
    NUMBER(TGS_ERROR_SERVER);
    NUMBER(TGS_ERROR_IN_USE);
    NUMBER(TGS_ERROR_INTERNAL);
    SIZE(tgs_peer_type);
    NUMBER(TGS_PEER_TYPE_UNKNOWN);
    NUMBER(TGS_PEER_TYPE_USER);
    NUMBER(TGS_PEER_TYPE_BOT);
    NUMBER(TGS_PEER_TYPE_GROUP);
    NUMBER(TGS_PEER_TYPE_CHANNEL);
    NUMBER(TGS_PEER_TYPE_SUPERGROUP);
    NUMBER(TGS_PEER_TYPE_FORUM);
    NUMBER(TGS_PEER_TYPE_DIRECT);
    NUMBER(TGS_PEER_TYPE_COMMUNITY);
    NUMBER(TGS_PEER_TYPE_OTHER);
    SIZE(tgs_peer);
    PLACE(tgs_peer, size);
    PLACE(tgs_peer, id);
    PLACE(tgs_peer, access_hash);
    PLACE(tgs_peer, has_access_hash);
    PLACE(tgs_peer, type);
    PLACE(tgs_peer, type_name);
    PLACE(tgs_peer, usernames);
    PLACE(tgs_peer, username_count);
    PLACE(tgs_peer, phone_number);
    PLACE(tgs_peer, name);
    PLACE(tgs_peer, last_update_on);
    SIZE(tgs_input_peer);
    PLACE(tgs_input_peer, id);
    PLACE(tgs_input_peer, bare_id);
    PLACE(tgs_input_peer, access_hash);
    PLACE(tgs_input_peer, last_update_on);
    PLACE(tgs_input_peer, type);
    PLACE(tgs_input_peer, has_access_hash);
    SIZE(tgs_update_state);
    PLACE(tgs_update_state, id);
    PLACE(tgs_update_state, pts);
    PLACE(tgs_update_state, qts);
    PLACE(tgs_update_state, date);
    PLACE(tgs_update_state, seq);
    PLACE(tgs_update_state, has_pts);
    PLACE(tgs_update_state, has_qts);
    PLACE(tgs_update_state, has_date);
    PLACE(tgs_update_state, has_seq);
    SIZE(tgs_sent_file);
    PLACE(tgs_sent_file, md5);
    PLACE(tgs_sent_file, size);
    PLACE(tgs_sent_file, id);
    PLACE(tgs_sent_file, access_hash);
    PLACE(tgs_sent_file, type);
    return 0;
}
