"""The first run: a rail of stages and one panel a step."""

from krypton.ui.pages.onboarding.page import OnboardingPage

__all__ = ["OnboardingPage"]
