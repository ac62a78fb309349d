#pragma once

namespace sotay::ui::icons {

// Material Icons (Debian's fonts-material-design-icons-iconfont), as UTF-8. The atlas holds these
// and no others: add a name and its code point to use one more.
// clang-format off
inline constexpr const char* kRecords = "\xee\x8b\x87";  // folder
inline constexpr const char* kSync = "\xee\x98\xa7";  // sync
inline constexpr const char* kConflicts = "\xee\x82\xb6";  // call_split
inline constexpr const char* kDuplicates = "\xee\x85\x8d";  // content_copy
inline constexpr const char* kReview = "\xef\x83\x85";  // fact_check
inline constexpr const char* kReports = "\xee\x89\xab";  // bar_chart
inline constexpr const char* kSettings = "\xee\xa2\xb8";  // settings
inline constexpr const char* kSaved = "\xee\xa1\xac";  // check_circle
inline constexpr const char* kTick = "\xee\x97\x8a";  // check
inline constexpr const char* kCloudOff = "\xee\x8b\x81";  // cloud_off
inline constexpr const char* kCloudDone = "\xee\x8a\xbf";  // cloud_done
inline constexpr const char* kCloud = "\xee\x8b\x82";  // cloud_queue
inline constexpr const char* kSlowNetwork = "\xee\x99\x80";  // network_check
inline constexpr const char* kSearch = "\xee\xa2\xb6";  // search
inline constexpr const char* kBack = "\xee\x97\x84";  // arrow_back
inline constexpr const char* kForward = "\xee\x97\x88";  // arrow_forward
inline constexpr const char* kWrong = "\xee\x80\x80";  // error
inline constexpr const char* kWarning = "\xee\x80\x82";  // warning
inline constexpr const char* kChanges = "\xee\x9d\x85";  // edit_note
inline constexpr const char* kDownload = "\xee\x8b\x84";  // file_download
inline constexpr const char* kUpload = "\xef\x82\x9b";  // upload
inline constexpr const char* kImage = "\xee\x8f\xb4";  // image
inline constexpr const char* kAdd = "\xee\x85\x85";  // add
inline constexpr const char* kClose = "\xee\x97\x8d";  // close
inline constexpr const char* kExpandMore = "\xee\x97\x8f";  // expand_more
inline constexpr const char* kExpandLess = "\xee\x97\x8e";  // expand_less
inline constexpr const char* kPrevious = "\xee\x97\x8b";  // chevron_left
inline constexpr const char* kNext = "\xee\x97\x8c";  // chevron_right
inline constexpr const char* kCalendar = "\xee\xa1\xb8";  // event
inline constexpr const char* kDelete = "\xee\xa1\xb2";  // delete
inline constexpr const char* kHistory = "\xee\xa2\x89";  // history
inline constexpr const char* kPerson = "\xee\x9f\xbd";  // person
inline constexpr const char* kPlace = "\xee\x83\x88";  // location_on
inline constexpr const char* kUsb = "\xee\x87\xa0";  // usb
inline constexpr const char* kLaptop = "\xee\x8c\x9e";  // laptop
inline constexpr const char* kLock = "\xee\xa2\x97";  // lock
inline constexpr const char* kUndo = "\xee\x85\xa6";  // undo
inline constexpr const char* kRefresh = "\xee\x97\x95";  // refresh
inline constexpr const char* kRadioOn = "\xee\xa0\xb7";  // radio_button_checked
inline constexpr const char* kRadioOff = "\xee\xa0\xb6";  // radio_button_unchecked
inline constexpr const char* kBoxOn = "\xee\xa0\xb4";  // check_box
inline constexpr const char* kBoxOff = "\xee\xa0\xb5";  // check_box_outline_blank
inline constexpr const char* kInfo = "\xee\xa2\x8e";  // info
inline constexpr const char* kMore = "\xee\x97\x93";  // more_horiz
inline constexpr const char* kEdit = "\xee\x8f\x89";  // edit
inline constexpr const char* kSave = "\xee\x85\xa1";  // save
inline constexpr const char* kPhone = "\xee\x83\x8d";  // phone
inline constexpr const char* kKey = "\xee\x9c\xbc";  // key
inline constexpr const char* kDark = "\xee\x94\x9c";  // dark_mode
inline constexpr const char* kLight = "\xee\x94\x98";  // light_mode
inline constexpr const char* kLanguage = "\xee\xa2\x94";  // language
inline constexpr const char* kGroups = "\xef\x88\xb3";  // groups
inline constexpr const char* kFilter = "\xee\x85\x92";  // filter_list
inline constexpr const char* kClock = "\xee\xa2\xb5";  // schedule
inline constexpr const char* kStar = "\xee\xa0\xb8";  // star
inline constexpr const char* kForm = "\xee\xa1\xb3";  // description
// clang-format on

inline constexpr unsigned short kCodePoints[] = {
    0xe000, 0xe002, 0xe0b6, 0xe0c8, 0xe0cd, 0xe145, 0xe14d, 0xe152, 0xe161, 0xe166, 0xe1e0, 0xe26b,
    0xe2bf, 0xe2c1, 0xe2c2, 0xe2c4, 0xe2c7, 0xe31e, 0xe3c9, 0xe3f4, 0xe518, 0xe51c, 0xe5c4, 0xe5c8,
    0xe5ca, 0xe5cb, 0xe5cc, 0xe5cd, 0xe5ce, 0xe5cf, 0xe5d3, 0xe5d5, 0xe627, 0xe640, 0xe73c, 0xe745,
    0xe7fd, 0xe834, 0xe835, 0xe836, 0xe837, 0xe838, 0xe86c, 0xe872, 0xe873, 0xe878, 0xe889, 0xe88e,
    0xe894, 0xe897, 0xe8b5, 0xe8b6, 0xe8b8, 0xf09b, 0xf0c5, 0xf233,
};

}  // namespace sotay::ui::icons
