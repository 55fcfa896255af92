"""What staff may do, by permission. Deny by default: whoever has none of these sees no question and no name."""

SEE_ENQUIRIES = "careers.view_recruiterenquiry"
CHANGE_ENQUIRIES = "careers.change_recruiterenquiry"
SEEN = "careers.enquiry_seen"
SEE_STORIES = "careers.view_storysubmission"
CHANGE_STORIES = "careers.change_storysubmission"
