#pragma once
#include <archive.h>
#include <archive_entry.h>

// `AE_IFREG` is a macro with a cast, which Swift does not import. A hard link has a regular file's type and no contents.
static inline int carchive_is_regular(struct archive_entry *entry) {
    return archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == NULL;
}
